// What a visit means: for its host, for its target, and for what is fetched next.

internal import SelvageTypes

extension Crawl {
    /// Takes note of what an errand brought.
    func receive(_ visit: Visit) {
        let now = clock.now()
        let origin = visit.errand.origin
        inFlight -= 1
        tally.statistics.ended(visit)
        let host = hosts[origin]
        host?.requests += 1
        touched.insert(origin)
        passGate(visit, at: now)
        if let target = visit.errand.target {
            receive(visit, of: target, at: now)
        } else if visit.errand.isForTerms {
            receiveTerms(visit, at: now)
        } else {
            receiveRobots(visit, at: now)
        }
        schedule.add(origin, at: max(now, host?.gate.nextAllowed ?? now))
    }

    private func passGate(_ visit: Visit, at now: Instant) {
        let origin = visit.errand.origin
        for neighbour in pace.ended(at: visit.errand.place) { schedule.add(neighbour, at: now) }
        guard let host = hosts[origin] else { return }
        switch visit.result {
        case .success(let capture):
            host.gate.answered(
                at: now, status: capture.status,
                retryAfter: capture.headers.first("retry-after"), hops: visit.hops,
                afterMilliseconds: capture.ended.milliseconds(since: capture.began))
            if let hop = capture.hops.first { host.place.answered(by: hop.peer) }
            if capture.status == 429 { restNeighbours(of: origin, at: now) }
        case .failure(let error):
            if FetchJudgement(error)?.isHostFailure == true {
                host.gate.failed(at: now)
            } else {
                host.gate.ended()
            }
        }
    }

    /// A site that counts requests counts those to all its hosts.
    private func restNeighbours(of origin: String, at now: Instant) {
        guard let host = hosts[origin], host.gate.isHeld(at: now) else { return }
        // A day's wait ends the host's part in this scan; it does not hold its neighbours as long.
        if case .givenUp = host.gate.answer(at: now) { return }
        pace.rest(host.place.site, until: host.gate.nextAllowed)
    }

    private func receiveRobots(_ visit: Visit, at now: Instant) {
        let origin = visit.errand.origin
        hosts[origin]?.isAskingRobots = false
        var status = visit.status
        var body: [UInt8] = []
        switch visit.result {
        case .success(let capture): body = Array(capture.body.prefix(Robots.limitInBytes + 1))
        case .failure(let error):
            if error.reason == .cancelled { return }
            // RFC 9309 section 2.3.1.2: too many redirects count as unavailable, which allows.
            let isLoop =
                switch error.reason {
                case .tooManyRedirects, .badRedirect: true
                default: false
                }
            status = isLoop ? 310 : 0
        }
        let robots = Robots(status: status, body: body, for: settings.productToken)
        hosts[origin]?.robotsTries += 1
        let tries = hosts[origin]?.robotsTries ?? 0
        if robots.isUnavailable, tries < settings.tries {
            let wait = hosts[origin]?.gate.wait(afterFailure: tries) ?? HostGate.backOff(tries)
            hosts[origin]?.gate.rest(until: now.advanced(milliseconds: wait))
            return
        }
        hosts[origin]?.robotsTries = 0
        hosts[origin]?.robotsStatus = status
        hosts[origin]?.robotsBody = (200..<300).contains(status) ? body : nil
        hosts[origin]?.areRobotsKept = false
        // What could not be read is asked again in the next scan, not a day later.
        let lifetime = robots.isUnavailable ? 3_600_000 : Robots.lifetimeInMilliseconds
        hosts[origin]?.robotsUntil = now.advanced(milliseconds: lifetime)
        hosts[origin]?.take(robots)
    }

    private func receive(_ visit: Visit, of target: Target, at now: Instant) {
        switch visit.result {
        case .failure(let error):
            guard let judgement = FetchJudgement(error) else {
                // Cancelled: nothing happened, the target stays in the frontier.
                hosts[visit.errand.origin]?.busy.remove(target.address)
                hosts[visit.errand.origin]?.mayHaveMore = true
                return
            }
            fail(target, judgement, status: visit.status, detail: error.detail, at: now)
        case .success(let capture):
            if let outcome = unchanged(visit, capture, of: target, at: now) {
                end(outcome, at: now)
            } else if let judgement = FetchJudgement(status: capture.status) {
                let detail = "The server answered \(capture.status)."
                fail(target, judgement, status: capture.status, detail: detail, at: now)
            } else {
                take(visit, capture, of: target, at: now)
            }
        }
    }

    private func fail(
        _ target: Target, _ judgement: FetchJudgement, status: Int, detail: String, at now: Instant
    ) {
        var ending = TargetOutcome.Ending.done(judgement.reason)
        var isGivenUp = false
        if case .givenUp = hosts[target.address.origin]?.gate.answer(at: now) { isGivenUp = true }
        if judgement.mayRetry, target.tries + 1 < settings.tries, !isGivenUp {
            let tries = target.tries + 1
            let pause = hosts[target.address.origin]?.gate.wait(afterFailure: tries)
            let wait = now.advanced(milliseconds: pause ?? HostGate.backOff(tries))
            let gate = hosts[target.address.origin]?.gate.nextAllowed ?? now
            ending = .again(notBefore: max(wait, gate))
        }
        end(
            TargetOutcome(target: target, ending: ending, status: status, detail: detail), at: now)
        if judgement.reason == .throttled { isCommitUrgent = true }
    }

    /// A successful answer.
    private func take(_ visit: Visit, _ capture: Capture, of target: Target, at now: Instant) {
        tally.bytes += Int64(capture.bodyInBytes)
        let final = capture.address.canonical
        if final != target.address, let diverted = diversion(of: target, to: final, at: now) {
            return end(diverted, at: now)
        }
        let reading = visit.reading
        var outcome = TargetOutcome(
            target: target, ending: .done(reading.problem), status: capture.status,
            detail: reading.detail, capture: capture, keepsBody: reading.keepsBody)
        outcome.queuesReferences = false
        outcome.recognition = reading.recognition
        outcome.history = history(of: target, capture, at: now)
        outcome.terms = reading.terms + (hosts[final.origin]?.terms.terms(for: final) ?? [])
        tally.linksOutOfScope += reading.linksOutOfScope
        if target.kind == .image, target.address.query != nil, !reading.wasLeft {
            // Only a site whose pages have been read can be a trap.
            guards[final.site]?.received(capture.digest, from: target.address)
        }
        if target.kind == .page {
            readPage(reading, capture, final, &outcome)
        } else {
            outcome.references = reading.references
            outcome.links = images(of: outcome)
            outcome.links += reading.sitemaps.map {
                Target(address: $0, kind: .sitemap, depth: target.depth + 1)
            }
            outcome.links += reading.pages.map {
                Target(address: $0, kind: .page, depth: target.depth + 1)
            }
        }
        if settings.keeps != .evidence { outcome.references = [] }
        outcome.keepsCapture = settings.keeps != .digests && !reading.wasLeft
        end(outcome, at: now)
    }

    /// The images that an outcome names, as targets, those that were queued before left out.
    private func images(of outcome: TargetOutcome) -> [Target] {
        let depth = outcome.target.depth
        return outcome.references.compactMap {
            known.contains($0.address, isImage: true, depth: depth)
                ? nil : Target(address: $0.address, kind: .image, depth: depth)
        }
    }

    /// What to do when a redirect led to another address that may not be used as it is.
    private func diversion(of target: Target, to final: WebAddress, at now: Instant)
        -> TargetOutcome?
    {
        let robots = hosts[final.origin]?.robots(at: now)
        let obeys = settings.robots == .obey
        var diverted = TargetOutcome(
            target: target, ending: .done(nil), status: 302,
            detail: "It leads to \(final.description).")
        if target.kind == .page, !visitor.scope.holds(final) {
            diverted.ending = .done(.outOfScope)
        } else if obeys, let robots, !robots.allows(final) {
            diverted.ending = .done(robots.isUnavailable ? .robotsUnavailable : .robots)
        } else if obeys, robots == nil, target.kind != .image {
            // Another host that has not been asked for its robots.txt yet: it gets its turn.
            diverted.links = [Target(address: final, kind: target.kind, depth: target.depth)]
        } else {
            return nil
        }
        return diverted
    }

    /// What a page leads to, as far as that is not known or endless.
    private func readPage(
        _ reading: DocumentReading, _ capture: Capture, _ final: WebAddress,
        _ outcome: inout TargetOutcome
    ) {
        let target = outcome.target
        if let canonical = reading.canonical {
            outcome.links = [Target(address: canonical, kind: .page, depth: target.depth)]
            outcome.detail = "The page names \(canonical) as its canonical address."
            return
        }
        if guards.count >= 1024, guards[final.site] == nil { guards = [:] }
        // Taken out, so that it is changed in place.
        let site = final.site
        var guarding = guards.removeValue(forKey: site) ?? TrapGuard(settings.traps)
        defer { guards[site] = guarding }
        if guarding.isRepeated(capture.digest) {
            outcome.keepsBody = false
            outcome.detail = "The same content as another page of this site."
            guarding.read([target.address, final], images: [])
            return
        }
        guarding.read(
            [target.address, final], images: reading.references.map(\.address),
            marks: reading.imageMarks, sketch: reading.sketch)
        let new = reading.pages.filter {
            !known.contains($0, isImage: false, depth: target.depth + 1)
        }
        let admitted = guarding.admitted(new)
        tally.linksIntoTraps += new.count - admitted.count
        outcome.references = reading.references
        outcome.links = admitted.map {
            Target(address: $0, kind: .page, depth: target.depth + 1)
        }
        outcome.links += images(of: outcome)
        outcome.links += reading.feeds.map {
            Target(address: $0, kind: .feed, depth: target.depth + 1)
        }
    }
}
