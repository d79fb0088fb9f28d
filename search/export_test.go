package search

// Words is forms, for the tests that compare it with the browser's.
var Words = forms
