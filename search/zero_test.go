package search_test

import "time"

// zeroTime keeps http.ServeContent from dating what it serves.
var zeroTime time.Time
