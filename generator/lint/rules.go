package lint

// Rules are all rules, by family. What is looked for first is listed first.
func Rules() []Rule {
	return []Rule{
		humanError, personAsCause, counterfactual, hindsight, rootCause, outage,
		externalParts, externalLength, externalDuration, externalImpact, externalAddress, externalTicket, externalPeople, externalJargon, remoteImage,
		vagueAction, careAction, actionOwner, doneUnlinked, tooMany,
		startsLate, outOfOrder, noZone, noMilestones, noEvidence, durationDisagrees,
		onlyWrong,
		documentOverdue, meetingOverdue, promiseOverdue,
		undefinedTerm, termConflict,
		nearName, canonicalName, isoDate, timeWithoutZone,
		brokenLink, brokenAnchor, unknownRelated,
		ignoreReason, ignoreUnknown, ignoreUnused,
	}
}
