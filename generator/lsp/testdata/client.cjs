// A session with debrief lsp through the protocol library that VS Code is made with. What the server sends is held against that library's own
// idea of each type. Usage: node client.cjs DEBRIEF ARCHIVE; the packages are found through NODE_PATH.
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const assert = require("node:assert/strict");
const lsp = require("vscode-languageserver-protocol/node");

const [debrief, root] = process.argv.slice(2);
const uri = (file) => pathToFileURL(join(root, file)).toString();

async function main() {
  const server = spawn(debrief, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
  const shown = [];
  let wake = () => {};
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => { shown.push(params); wake(); });
  const registered = new Promise((resolve) => connection.onRequest(lsp.RegistrationRequest.type, (params) => resolve(params)));
  connection.listen();

  // until waits for findings that are as wanted, and looks at the form of all.
  async function until(file, wanted) {
    for (;;) {
      while (shown.length > 0) {
        const params = shown.shift();
        assert.ok(params.diagnostics.every((d) => lsp.Diagnostic.is(d)), JSON.stringify(params));
        if (params.uri === uri(file) && wanted(params.diagnostics)) return params.diagnostics;
      }
      await new Promise((resolve) => { wake = resolve; });
    }
  }

  const begun = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid, rootUri: null, workspaceFolders: [{ uri: uri(""), name: "archive" }],
    capabilities: {
      workspace: { workspaceEdit: { documentChanges: true }, didChangeWatchedFiles: { dynamicRegistration: true } },
      textDocument: { publishDiagnostics: { versionSupport: true }, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } } },
    },
  });
  assert.equal(begun.serverInfo.name, "debrief");
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  assert.equal((await registered).registrations[0].method, "workspace/didChangeWatchedFiles");

  const file = "postmortems/c.md";
  const text = readFileSync(join(root, file), "utf8");
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri: uri(file), languageId: "markdown", version: 1, text } });
  const [found] = (await until(file, (ds) => ds.some((d) => d.code === "blameless/counterfactual"))).filter((d) => d.code === "blameless/counterfactual");
  const at = found.range.start;
  const lines = text.split("\n");
  // JavaScript counts in UTF-16, as the protocol does.
  assert.equal(lines[at.line].slice(at.character, found.range.end.character), "should have tested");

  const document = { uri: uri(file) };
  const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument: document, position: at });
  assert.ok(lsp.Hover.is(hover), JSON.stringify(hover));
  assert.match(hover.contents.value, /blameless\/counterfactual/);

  const related = lines.findIndex((line) => line.startsWith("related:"));
  const place = { line: related, character: lines[related].indexOf("[") + 3 };
  const definition = await connection.sendRequest(lsp.DefinitionRequest.type, { textDocument: document, position: place });
  assert.ok(lsp.Location.is(definition), JSON.stringify(definition));
  assert.equal(definition.uri, uri("postmortems/2024/a.md"));

  const completion = await connection.sendRequest(lsp.CompletionRequest.type, { textDocument: document, position: { line: related, character: lines[related].indexOf("[") + 1 } });
  assert.ok(completion.items.length > 0 && completion.items.every((item) => typeof item.label === "string" && lsp.TextEdit.is(item.textEdit)), JSON.stringify(completion));

  const symbols = await connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: document });
  assert.ok(symbols.length > 0 && symbols.every((symbol) => lsp.DocumentSymbol.is(symbol)), JSON.stringify(symbols));

  const actions = await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument: document, range: found.range, context: { diagnostics: [found] } });
  assert.ok(actions.length > 0 && actions.every((action) => lsp.CodeAction.is(action)), JSON.stringify(actions));
  const ignore = actions.find((action) => action.title.startsWith("Ignore"));
  const changes = ignore.edit.documentChanges[0];
  assert.ok(lsp.TextDocumentEdit.is(changes) && changes.textDocument.version === 1, JSON.stringify(changes));

  // The edits are made by the library, the way an editor makes them.

  const after = lsp.TextDocument.applyEdits(lsp.TextDocument.create(uri(file), "markdown", 1, text), changes.edits).replace("because -->", "because it is a quotation -->");
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: uri(file), version: 2 }, contentChanges: [{ text: after }] });
  await until(file, (ds) => ds.every((d) => d.code !== "blameless/counterfactual"));

  await assert.rejects(connection.sendRequest("textDocument/nothing", {}), (err) => err.code === lsp.ErrorCodes.MethodNotFound);
  await connection.sendRequest(lsp.ShutdownRequest.type);
  await connection.sendNotification(lsp.ExitNotification.type);
  assert.equal(await ended, 0);
  console.log("done");
}

main().then(() => process.exit(0), (err) => { console.error(err); process.exit(1); });
