package source

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"debrief/generator/lazyregexp"
)

// The folders of an archive made for Debrief.
const (
	postmortemsDir = "postmortems"
	pagesDir       = "pages"
)

// markdownEndings are the endings of Markdown files, longest first where one ends another.
var markdownEndings = []string{
	".html.md.erb", ".md.erb", ".html.md", ".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdx", ".qmd", ".rmd",
}

// stem returns a file's name without its Markdown ending; ok is false when it has none.
func stem(file string) (name string, ok bool) {
	name = path.Base(file)
	lower := strings.ToLower(name)
	for _, ending := range markdownEndings {
		if strings.HasSuffix(lower, ending) && len(lower) > len(ending) {
			return name[:len(name)-len(ending)], true
		}
	}
	return name, false
}

func hasMarkdownName(file string) bool {
	_, ok := stem(file)
	return ok
}

func isConfig(file string) bool { return file == "archive.yaml" || file == "archive.yml" }

// isMarkdown goes by the ending, and for a file without one by its beginning.
func (w *walker) isMarkdown(file string) bool {
	if hasMarkdownName(file) {
		return true
	}
	name := path.Base(file)
	if strings.ContainsRune(name, '.') && !endsLikeSentence(name) || notProse(name) {
		return false
	}
	f, err := w.fsys.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4<<10)
	n, _ := io.ReadFull(f, head)
	return looksLikeMarkdown(head[:n])
}

// endsLikeSentence reports whether the last dot of a name is no ending: "PM2021-005 - Auth failed. Again", "v1.2 rollback", "2018.01.04".
func endsLikeSentence(name string) bool {
	ending := name[strings.LastIndexByte(name, '.')+1:]
	return strings.Trim(ending, "0123456789") == "" || strings.ContainsRune(ending, ' ')
}

// notProse knows the files without an ending that are never a report.
func notProse(name string) bool {
	switch strings.ToLower(name) {
	case "makefile", "gnumakefile", "dockerfile", "containerfile", "jenkinsfile", "vagrantfile", "procfile", "gemfile", "rakefile", "brewfile", "justfile",
		"license", "licence", "copying", "notice", "authors", "contributors", "maintainers", "codeowners", "owners", "version", "install", "news",
		"build", "workspace", "cname", "robots", "gradlew", "mvnw":
		return true
	}
	return false
}

var (
	setextLine   = lazyregexp.New(`^(?:=+|-{3,})\s*$`)
	topHeading   = lazyregexp.New(`^#{1,2} +\S`)
	frontKey     = lazyregexp.New(`^[A-Za-z_][\w -]*\s*[:=]`)
	proseOfWords = lazyregexp.New(`^(?:[-*+] +|\d+[.)] +|> *)?[^#\s].*\s\S+\s+\S+\s+\S+`)
)

// looksLikeMarkdown goes by the first kilobytes of a file: front matter, or a heading with a blank line behind it and prose further down. A
// heading alone is not enough, because configuration files start with "# comment" too.
func looksLikeMarkdown(head []byte) bool {
	text, ok := decodeText(head)
	if !ok || bytes.HasPrefix(text, []byte("#!")) {
		return false
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text)), "\n")
	first := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) != "" })
	if first < 0 {
		return false
	}
	lines = lines[first:]
	if fence := strings.TrimRight(lines[0], " \t"); fence == "---" || fence == "+++" {
		end := slices.IndexFunc(lines[1:], func(l string) bool { return strings.TrimRight(l, " \t") == fence })
		return end > 0 && slices.ContainsFunc(lines[1:end+1], frontKey.MatchString)
	}
	for i, line := range lines[:min(len(lines), 20)] {
		next := i + 1
		switch {
		case topHeading.MatchString(line):
		case next < len(lines) && setextLine.MatchString(lines[next]) && strings.ContainsFunc(line, unicode.IsLetter):
			next++
		default:
			continue
		}
		if next < len(lines) && strings.TrimSpace(lines[next]) == "" && slices.ContainsFunc(lines[next:], proseOfWords.MatchString) {
			return true
		}
	}
	return false
}

// judge returns, for each of the sorted Markdown files, why it is not read; "" for one that is.
func judge(files []string, declared bool) []string {
	reasons := make([]string, len(files))
	indexes := map[string]int{} // the index.md or README.md of each folder
	others := map[string]bool{} // folders that hold other reports, however deep
	hold := func(dir string) {
		for !others[dir] {
			others[dir] = true
			if dir == "." {
				return
			}
			dir = path.Dir(dir)
		}
	}
	for i, file := range files {
		dir := path.Dir(file)
		switch name, _ := stem(file); {
		case declared && strings.HasPrefix(file, pagesDir+"/"):
			if dir != pagesDir {
				reasons[i] = "free pages stand directly in the folder pages"
			}
		case declared && !strings.HasPrefix(file, postmortemsDir+"/"):
			reasons[i] = "outside the folders postmortems and pages"
		case isIndexName(name):
			if j, taken := indexes[dir]; !taken || isReadmeName(fileStem(files[j])) {
				indexes[dir] = i
				if taken {
					reasons[j] = "a README"
				}
				if dir != "." {
					hold(path.Dir(dir))
				}
			} else {
				reasons[i] = "a README"
			}
		default:
			if reasons[i] = notAReport(file, name); reasons[i] == "" {
				hold(dir)
			}
		}
	}
	for i, file := range files {
		dir := path.Dir(file)
		index, has := indexes[dir]
		if !has || reasons[i] != "" {
			continue
		}
		top := dir == "." || declared && dir == postmortemsDir
		isBundle := !top && namesIncident(path.Base(dir))
		switch {
		case i == index && isReadmeName(fileStem(file)) && (others[dir] || !isBundle && !(declared && !top)):
			reasons[i] = "a README"
		case i == index && (top || others[dir] && !isBundle):
			reasons[i] = "the index of a folder of reports"
		case i != index && isBundle && reasons[index] == "" && !isReadmeName(fileStem(files[index])):
			reasons[i] = "belongs to the postmortem in " + files[index]
		}
	}
	return reasons
}

func fileStem(file string) string {
	name, _ := stem(file)
	return name
}

func isIndexName(name string) bool { return strings.EqualFold(name, "index") || isReadmeName(name) }

func isReadmeName(name string) bool { return strings.EqualFold(name, "readme") }

// namesIncident reports whether a folder is named for one incident, such as 2023-05-04-redis or INC-12, and not for a year, a quarter or a
// kind of file.
func namesIncident(dir string) bool {
	digits, letters := 0, 0
	for _, r := range dir {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return digits >= 6 || digits > 0 && letters > 1
}

// plainNames are the files of every repository.
var plainNames = map[string]string{
	"contributing": "about contributing", "code of conduct": "a code of conduct", "license": "a licence", "licence": "a licence",
	"copying": "a licence", "changelog": "a changelog", "changes": "a changelog", "history": "a changelog", "release notes": "a changelog",
	"security": "a security policy", "support": "about support", "governance": "about governance", "maintainers": "a list of maintainers",
	"authors": "a list of authors", "contributors": "a list of contributors", "codeowners": "a list of owners", "notice": "a notice",
	"summary": "a table of contents", "toc": "a table of contents", "table of contents": "a table of contents",
}

// notAReport returns why a file is plainly no report, going by its name; "" when it may be one.
func notAReport(file, name string) string {
	spaced := strings.Join(words(name), " ")
	if strings.HasPrefix(spaced, "readme") && len(strings.Fields(spaced)) <= 2 {
		return "a README"
	}
	if reason := plainNames[spaced]; reason != "" {
		return reason
	}
	if isTemplateName(name) {
		return "a template"
	}
	for dir := range strings.SplitSeq(path.Dir(file), "/") {
		if isTemplateName(dir) {
			return "in a folder of templates"
		}
	}
	return ""
}

func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isTemplateName recognises a template by its name: the word stands last, or first before nothing but the words for a report. With a number
// in it the name is an incident's: "2024-03 broken email template".
func isTemplateName(name string) bool {
	if strings.ContainsFunc(name, unicode.IsDigit) {
		return false
	}
	all := words(name)
	if len(all) == 0 {
		return false
	}
	return meansTemplate(all[len(all)-1]) || mayMeanTemplate(all[0]) && !slices.ContainsFunc(all[1:], func(w string) bool { return !isReportWord(w) })
}

// meansTemplate recognises the words that mean a template wherever they stand.
func meansTemplate(word string) bool {
	for _, ending := range []string{"template", "templates", "vorlage", "vorlagen", "sjabloon", "テンプレート", "模板", "模版"} {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// mayMeanTemplate recognises also those that mean other things in a sentence: "cambio de modelo" is a change of model.
func mayMeanTemplate(word string) bool {
	switch word {
	case "plantilla", "modelo", "modèle", "modele", "mal":
		return true
	}
	return meansTemplate(word)
}

func isReportWord(word string) bool {
	switch word {
	case "post", "mortem", "mortems", "postmortem", "postmortems", "incident", "incidents", "report", "reports", "review", "rca", "root", "cause", "analysis",
		"outage", "pm", "blameless", "pir", "coe", "retro", "retrospective", "blank", "empty", "new", "short", "long", "en", "de", "fr", "es", "markdown", "bericht", "vorfall", "incidente", "incidentes", "informe", "d", "rapport",
		"hendelse", "hendelser", "relatório", "relatorio", "análisis", "analisis":
		return true
	}
	return false
}
