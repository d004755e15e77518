// What a visit means for what earlier scans knew: taken over, or replaced and its changes counted.

internal import SelvageTypes

extension Crawl {
    /// The outcome that takes over what is known, when it is too early to ask.
    func assumed(_ target: Target, at now: Instant) -> TargetOutcome? {
        guard settings.recrawl.isTooEarly(for: target, at: now) else { return nil }
        var outcome = TargetOutcome(target: target, ending: .done(nil), status: 0)
        outcome.unchanged = .assumed
        return outcome
    }

    /// The outcome that takes over what is known, when the answer was that nothing has changed.
    ///
    /// - Returns: nil when something else came.
    func unchanged(_ visit: Visit, _ capture: Capture, of target: Target, at now: Instant)
        -> TargetOutcome?
    {
        guard target.known != nil, capture.status == 304 || visit.reading.isUnchanged else {
            return nil
        }
        tally.bytes += Int64(capture.bodyInBytes)
        var outcome = TargetOutcome(target: target, ending: .done(nil), status: capture.status)
        outcome.unchanged = capture.status == 304 ? .confirmed : .sameContent
        outcome.history = RecrawlRule.history(after: target.known, isChanged: false, at: now)
        return outcome
    }

    /// The history of an address that brought something.
    func history(of target: Target, _ capture: Capture, at now: Instant) -> VisitHistory {
        RecrawlRule.history(
            after: target.known, isChanged: target.known?.content != capture.digest, at: now)
    }
}
