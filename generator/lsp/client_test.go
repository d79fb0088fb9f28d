package lsp

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"debrief/generator/testkit"
)

// TestReferenceClient drives the built program with vscode-languageserver-protocol, the client side of VS Code, which knows nothing of this
// package. Its script is testdata/client.cjs.
func TestReferenceClient(t *testing.T) {
	modules := testkit.NodeModules(t)
	if _, err := os.Stat(filepath.Join(modules, "vscode-languageserver-protocol")); err != nil {
		testkit.Missing(t, "the protocol library of VS Code is not installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		testkit.Missing(t, "there is no node")
	}
	program := filepath.Join(t.TempDir(), "debrief")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", program, "debrief/cmd/debrief").CombinedOutput(); err != nil {
		t.Fatalf("building debrief: %v\n%s", err, out)
	}
	related := strings.Replace(front, "status", "related: [INC-2024-001]\nstatus", 1)
	dir := testkit.Dir(t, strings.TrimSpace(sample)+"\n-- postmortems/c.md --\n"+related+"🚒障害 We should have tested it.\n")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	session := exec.CommandContext(ctx, node, filepath.Join("testdata", "client.cjs"), program, dir)
	session.Env = append(os.Environ(), "NODE_PATH="+modules)
	if out, err := session.CombinedOutput(); err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "done") {
		t.Fatalf("%v\n%s", err, out)
	}
}
