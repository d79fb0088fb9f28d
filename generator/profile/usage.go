package profile

import "time"

// Usage is what the operating system counts for a process.
type Usage struct {
	// CPU is the time of all its threads on a processor, inside the kernel too. Zero where the system does not tell.
	CPU time.Duration
	// Peak is the most memory it ever had, in bytes. Zero where the system does not tell.
	Peak int64
}
