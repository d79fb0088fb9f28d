package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"debrief/generator/testkit"
)

// TestImage does what the Dockerfile says, without Docker: it runs the commands of its build stage, and then the program in a root folder that
// holds what the image would, as the user of the image and with an empty environment. It does not show that the base image exists, or
// that Docker reads the file as it is meant.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	root := testkit.Root(t)
	content, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(content), "\\\n", " ")
	top := t.TempDir()
	image := filepath.Join(top, "image")
	places := strings.NewReplacer("/release/", top+"/release/", "-out /release", "-out "+top+"/release", "-C /release", "-C "+top+"/release", "/image", image)
	commands := regexp.MustCompile(`(?m)^RUN (.*)$`).FindAllStringSubmatch(text, -1)
	if len(commands) != 3 {
		t.Fatalf("the Dockerfile runs %d commands, not 3: is this test still about it?", len(commands))
	}
	for _, c := range commands {
		command := places.Replace(c[1])
		cmd := exec.Command("sh", "-ec", command)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "VERSION=v1.2.0", "SOURCE_DATE_EPOCH=0", "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	for _, line := range []string{"FROM scratch", "COPY --from=build /image/ /", "USER 65532:65532", "WORKDIR /archive", `ENTRYPOINT ["/debrief"]`} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("the Dockerfile has no line %q; this test does what it says", line)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("only root may run the program in a root folder of its own")
	}
	if err := os.CopyFS(filepath.Join(image, "archive", "content"), os.DirFS(filepath.Join(root, "content"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(image, "archive"), 65532, 65532); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"version"}, {"check", "content"}, {"build", "content", "--strict"}, {"search", "payment"}} {
		cmd := exec.Command("/debrief", args...)
		cmd.Dir, cmd.Env = "/archive", []string{"PATH=/bin"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: image, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("debrief %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	if _, err := os.Stat(filepath.Join(image, "archive", "dist", "external", "index.html")); err != nil {
		t.Error(err)
	}
}
