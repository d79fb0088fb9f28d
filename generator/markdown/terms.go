package markdown

type termIndex struct{}

func indexTerms([]string) termIndex { return termIndex{} }
