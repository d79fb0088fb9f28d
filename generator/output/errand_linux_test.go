package output

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// nobody is a user number that owns nothing.
const nobody = 65534

func (e errand) prepare() error {
	if e.Umask >= 0 {
		syscall.Umask(e.Umask)
	}
	if e.Mount != "" {
		if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
			return fmt.Errorf("make mounts private: %w", err)
		}
		if err := syscall.Mount("tmpfs", e.Mount, "tmpfs", 0, fmt.Sprintf("size=%dk", e.MountKiB)); err != nil {
			return fmt.Errorf("mount a tmpfs: %w", err)
		}
	}
	if e.Nobody && os.Getuid() == 0 {
		if err := syscall.Setgid(nobody); err != nil {
			return err
		}
		return syscall.Setuid(nobody)
	}
	return nil
}

// isolate gives an errand that mounts something a mount namespace of its own, in which an ordinary user may do that too.
func isolate(cmd *exec.Cmd, e errand) {
	if e.Mount == "" {
		return
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
}
