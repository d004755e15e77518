// The demo's pages and events, read and judged by the modules that a scan uses: the truth holds.

import Extraction
import Foundation
import Licensing
import SelvageTypes
import Testing

@testable import Demonstration

@Suite("Demo verdicts")
struct VerdictTests {
    private let world = DemoWorld()

    @Test("Were every pattern recognised, each use would get the verdict that the truth expects")
    func verdictsAreAsExpected() throws {
        let registry = try world.parties.decoded(as: PartyRegistry.self)
        let assembler = DeploymentAssembler(licensor: world.licensor, registry: registry)
        let sightings = try world.sites.flatMap(sightings)
        let deployments = assembler.deployments(from: sightings)
        let snapshot = LicensingSnapshot(
            generation: 1, issued: try #require(Instant(iso8601: "2026-11-01T00:00:00Z")),
            licensor: world.licensor,
            agreements: world.agreements.map { .init(policy: $0.document) }, parties: registry,
            assets: world.patterns.map { .init(id: $0.id, components: $0.asset.components) })
        let verdicts = try Judge(snapshot).verdicts(on: deployments)
        let pages = Dictionary(
            sightings.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var met: Set<ExpectedUse> = []
        for (deployment, verdict) in zip(deployments, verdicts) {
            for sighting in deployment.sightings.compactMap({ pages[$0] }) {
                guard
                    let use = world.expectedUse(
                        page: sighting.page, asset: deployment.asset,
                        event: sighting.facts.best(.eventIdentifier))
                else {
                    // A shipment only supports the run that it belongs to.
                    #expect(sighting.facts.best(.businessStep) == "shipping", "\(sighting.page)")
                    continue
                }
                met.insert(use)
                expect(verdict, by: deployment.actor, toMeet: use)
            }
        }
        let missed = Set(world.truth.uses).subtracting(met)
        #expect(missed.isEmpty, "\(missed.map(\.page))")
    }

    private func expect(
        _ verdict: Verdict, by actor: Deployment.Actor, toMeet use: ExpectedUse
    ) {
        let place = Comment(
            rawValue: "\(use.page) \(use.event ?? "") \(actor.key): \(verdict.explanation)")
        #expect(verdict.kind == use.verdict, place)
        #expect(verdict.possibleResale == use.possibleResale, place)
        if let operand = use.failedOperand { #expect(verdict.failedOperands == [operand], place) }
        switch (use.actor, actor) {
        case (.party(let id), .party(let found, _)): #expect(id == found, place)
        case (.stranger, .stranger), (.nobody, .nobody): break
        default: Issue.record(place)
        }
    }

    /// What a scan would see on a site, with the facts that the plan adds.
    private func sightings(on site: DemoSite) throws -> [Sighting] {
        let shop = DemoShop(rawValue: site.index)
        let implied = shop?.facts ?? (territory: "DE", channel: "manufacturing")
        let planned = [
            Fact(.territory, implied.territory, source: .plan, place: "demo.yaml"),
            Fact(.channel, implied.channel, source: .plan, place: "demo.yaml"),
        ]
        let targets = site.products.map(\.path) + (shop == nil ? [DemoMill.eventsPath] : [])
        return try targets.flatMap { target -> [Sighting] in
            guard case .text(let text, let type) = site.contents[target] else { return [] }
            let page = try #require(WebAddress(site.origin + target))
            let references =
                shop == nil
                ? try standingEvents(text, page)
                : HTMLPage(Array(text.utf8), contentType: type, address: page).images
            return references.compactMap { sighting($0, on: page, planned) }
        }
    }

    /// The events that were not retracted.
    private func standingEvents(_ text: String, _ page: WebAddress) throws -> [ImageReference] {
        let document = try EPCISDocument(Array(text.utf8), address: page)
        #expect(document.retracted.count == 1)
        return document.references.filter { reference in
            !document.retracted.contains(reference.facts.best(.eventIdentifier) ?? "")
        }
    }

    private func sighting(
        _ reference: ImageReference, on page: WebAddress, _ planned: [Fact]
    ) -> Sighting? {
        guard let asset = world.truth(forImage: reference.address)?.asset else { return nil }
        let match = Match(
            asset: asset, method: .perceptualHash, symmetry: .asIs, distance: 0,
            falseMatchProbability: 1e-9)
        return Sighting(
            match: match, page: page, image: reference.address,
            imageDigest: Digest(of: reference.address.description), pageDigest: Digest(of: "page"),
            seen: Instant(iso8601: "2026-10-20T10:00:00Z") ?? Instant(microseconds: 0),
            form: reference.form, facts: reference.facts + planned)
    }
}
