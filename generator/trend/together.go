package trend

// together finds factors that occur in the same incidents.
func (s *study) together() {}
