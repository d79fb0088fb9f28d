package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// starter is the archive that init makes.
//
//go:embed all:starter
var starter embed.FS

func newInit(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Start a new archive with a first example",
		Long: `Init makes a new archive in FOLDER ("content" when left out): an archive.yaml with every setting explained, one
example postmortem that shows the format, and one free page. Files that are already there are never changed.`,
		Example: "  debrief init\n  debrief init ~/postmortems",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runInit(s, archiveIn(args))
		},
		ValidArgsFunction: completeFolders,
	}
}

func runInit(s streams, folder string) error {
	files, err := fs.Sub(starter, "starter")
	if err != nil {
		return err
	}
	var made, kept int
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		target := filepath.Join(folder, filepath.FromSlash(name))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(target, 0o755))
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		file, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			fmt.Fprintf(s.out, "  kept  %s\n", target)
			kept++
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := file.Write(content); err != nil {
			file.Close()
			return err
		}
		fmt.Fprintf(s.out, "  made  %s\n", target)
		made++
		return file.Close()
	})
	if err != nil {
		return fmt.Errorf("cannot make the archive %s: %w", folder, err)
	}
	if made == 0 {
		fmt.Fprintf(s.out, "%s is already an archive; nothing was changed\n", folder)
		return nil
	}
	command := "debrief build"
	if folder != defaultArchive {
		command += " " + folder
	}
	fmt.Fprintf(s.out, "\nNext: %s, then open dist/internal/index.html\n", command)
	return nil
}
