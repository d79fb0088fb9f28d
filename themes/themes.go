// Package themes carries the default theme inside the program: layouts, partials and assets as files, so that they can be read, copied and
// changed like any other theme. It stands beside the walk and knows nothing of it; generator/render reads what is here.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed default
var files embed.FS

// Default is the default theme: the folders layouts, partials and assets.
var Default = sub("default")

func sub(name string) fs.FS {
	theme, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return theme
}
