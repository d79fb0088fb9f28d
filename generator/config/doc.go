// Package config turns archive.yaml into a typed Config. It stands beside the first rooms of the walk: the archive is read in its light, and
// every edition is made by its rules.
//
// # archive.yaml
//
// The file stands in the root folder of the archive, as archive.yaml or archive.yml. It is optional, and so is every key in it:
//
//	title          The name of the archive, on every page and in every feed. Default: Incident archive.
//	organization   Who publishes the archive.
//	description    What the archive is, in a sentence.
//	language       The language of the archive as a BCP 47 tag, such as en, de or pt-BR. Default: en.
//	time_zone      The zone of times that are written without one, by its IANA name, such as Europe/Berlin. Default: UTC.
//	logo           A picture in the archive: its path, from the folder of archive.yaml.
//	sites          Where the two editions are published. Addresses may have a path: https://example.org/incidents/.
//	  internal
//	    url        The address of the internal site.
//	  external
//	    url        The address of the external site.
//	severities     The severity scale, the worst first. A list; it replaces the default scale sev1 to sev4.
//	  id           The permanent name: lower-case letters, digits and single hyphens.
//	  name         What readers inside see. Default: the id.
//	  public_name  What readers outside see. Without one, the severity is not shown outside.
//	  description  When an incident has this severity.
//	  document_within_days  How many days after the end of an incident its postmortem should be written. 0 or nothing: no rule.
//	  meeting_within_days   How many days after the end of an incident its review should be held. 0 or nothing: no rule.
//	  aliases      Other names that mean this severity, such as P1 or "page immediately".
//	services       The services that can fail. A list; a service that is used but not listed is shown inside only.
//	  id           The permanent name.
//	  name         What readers inside see. Default: the id.
//	  public_name  What readers outside see. Without one, the service is not shown outside.
//	  owner        The team that runs it. Never shown outside.
//	  description  What it does, for readers inside.
//	  public_description  What it does, for readers outside.
//	  aliases      Other names that mean this service.
//	factors        The contributing factors you tell apart. A list; a factor that is used but not listed is shown inside only.
//	  id           The permanent name.
//	  name         What readers inside see. Default: the id.
//	  public_name  What readers outside see. Without one, the factor is not shown outside.
//	  description  What it means, for readers inside.
//	  public_description  What it means, for readers outside.
//	  category     A group of factors, such as Change or Capacity.
//	  aliases      Other names that mean this factor.
//	glossary       Terms that are explained where a page uses them. A list.
//	  term         The term, as it is spelt.
//	  meaning      What it means.
//	  public       Whether the external site explains it too. Default: false.
//	sections       Further headings for a section: the section's name, and a heading or a list of headings.
//	open_sections  Sections that leave whole with a postmortem whose visibility is public. Default: none.
//	blocked_words  Words and phrases that must never appear outside.
//	people         Names of persons that must never appear outside.
//	feeds
//	  size         How many entries a feed holds, 1 to 1000. Default: 50.
//	page_size      How many incidents stand on one page of a list, 1 to 1000. Default: 50.
//	theme          A folder in the archive whose files replace files of the built-in theme. Give it a name that starts with "_".
//	links          Links for the foot of every page. A list.
//	  name         The text of the link.
//	  url          Its full address: https, http or mailto.
//	  public       Whether it stands on the external site too. Default: false.
//	rules          What "debrief check" minds: the name of a rule, and off, note, warning or error, or the keys below.
//
// A rule may have these keys in place of a severity: severity; words, further words that it looks for; allow, words that it passes over;
// limit, the number from which a rule that counts complains. info is another word for note.
//
// The sections are summary, impact, timeline, contributing_factors, trigger, detection, resolution, lessons, went_well, went_wrong, lucky,
// actions, supporting, external, background and other.
//
// A name is looked up without regard to case, spaces and hyphens: SEV-1, sev 1 and Sev1 are one severity. In severities, services and
// factors an item may be just a text, which is then its name.
//
// Whatever is wrong in the file is reported with its line and column, all of it at once, and the default or nothing stands in for it.
package config
