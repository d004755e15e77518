// The demo world over HTTP: enough of everything, nothing broken by accident, all of it in the truth.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import Licensing
import NIOCore
import Recognition
import SelvageTypes
import Testing

@testable import Demonstration

@Suite("Demo world", .serialized)
struct WorldTests {
    private static let world = DemoWorld()

    @Test(
        "Walking the served links meets 200 product pages and 600 images, each one readable and known to the truth"
    )
    func everythingIsThere() async throws {
        let world = Self.world
        let servers = DemoServers(world)
        let sites = try await withThrowingTaskGroup(of: (Int, CrawledSite).self) { group in
            for site in world.sites {
                group.addTask {
                    (site.index, try await Walker(servers: servers, site: site).walk())
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var products = 0
        var digests: Set<Digest> = []
        for site in world.sites {
            let crawled = try #require(sites[site.index])
            products += site.products.count { crawled.pages[$0.path] != nil }
            let missed = site.products.filter { crawled.pages[$0.path] == nil }.map(\.path)
            #expect(missed.isEmpty)
            for (target, image) in crawled.images {
                let address = try #require(WebAddress(site.origin + target))
                let isUnreadable = [.undecodable, .unsupportedFormat].contains(
                    world.truth.notChecked[address])
                #expect((world.truth(forImage: address) == nil) == isUnreadable, "\(address)")
                let picture = try? decodePicture(image.body, limits: DecodeLimits())
                #expect((picture == nil) == isUnreadable, "\(address)")
                if picture != nil { digests.insert(Digest(of: image.body)) }
            }
            for image in world.truth.images.keys where image.origin == site.origin {
                #expect(
                    crawled.images[image.target] != nil,
                    "\(image) is served but nothing leads to it")
            }
            for (target, status) in crawled.refused {
                let address = try #require(WebAddress(site.origin + target))
                let reason: NotChecked = status == 403 ? .refused : .gone
                #expect(world.truth.notChecked[address] == reason, "\(address) answers \(status)")
            }
        }
        #expect(products >= 200)
        #expect(digests.count >= 600)
        print("demo world: \(products) product pages, \(digests.count) distinct images")
    }

    @Test("Every kind of misuse, every format and every reason not to look occurs")
    func kindsOccur() {
        let truth = Self.world.truth
        for kind in PictureKind.allCases {
            #expect(truth.images.values.count { $0.kind == kind && $0.isReachable } >= 6, "\(kind)")
        }
        for ending in ["png", "jpg", "webp"] {
            #expect(truth.images.keys.count { $0.target.hasSuffix(ending) } >= 60)
        }
        let reasons = Set(truth.notChecked.values)
        #expect(
            reasons.isSuperset(of: [.robots, .refused, .gone, .undecodable, .unsupportedFormat]))
    }

    @Test("Among the uses are all that the demo promises")
    func usesOccur() {
        let uses = Self.world.truth.uses
        func count(_ verdict: Verdict.Kind, _ failing: String? = nil, _ party: DemoParty? = nil)
            -> Int
        {
            uses.count { use in
                use.verdict == verdict && use.isWholeImage
                    && (failing == nil || use.failedOperand == failing)
                    && (party == nil || use.actor == .party(party?.id ?? ""))
            }
        }
        #expect(count(.authorised, nil, .loomworks) >= 20)
        #expect(count(.authorised, nil, .harbourAndHale) >= 8)
        #expect(count(.outOfScope, "spatial", .harbourAndHale) >= 4)
        #expect(count(.outOfScope, "dateTime", .papierSorel) >= 3)
        #expect(uses.count { $0.verdict == .unauthorised && $0.actor == .stranger } >= 20)
        #expect(uses.count { $0.verdict == .unknown && $0.actor == .nobody } >= 6)
        #expect(uses.count { $0.verdict == .unknown && $0.possibleResale } >= 3)
        #expect(count(.authorisedDutyOpen, nil, .talbachMill) >= 4)
        #expect(count(.exceedsTier, "slv:cumulativeUnits", .talbachMill) == 1)
    }

    @Test("The agreements and the registry of parties are read without a remark or a conflict")
    func agreementsParse() throws {
        for agreement in Self.world.agreements {
            let read = try Agreement(jsonLD: agreement.document)
            #expect(read.uid == agreement.id)
            #expect(read.check().isEmpty, "\(agreement.id): \(read.check())")
        }
        let registry = try Self.world.parties.decoded(as: PartyRegistry.self)
        #expect(registry.parties.count == 7)
        #expect(registry.relations.count == 2)
        #expect(registry.conflicts().isEmpty)
    }

    @Test("Whole images are recognised by their hash; innocent ones never are")
    func hashesTellThemApart() throws {
        let world = Self.world
        let licensed = world.patterns.map { ($0.id, PDQ.dihedral(of: $0.tile()).hashes) }
        var found: [(image: WebAddress, asset: String)] = []
        // Every twelfth image, evenly: the whole world is measured in a release build.
        let addresses = world.truth.images.keys.sorted { $0.description < $1.description }
        for address in addresses.enumerated().filter({ $0.offset.isMultiple(of: 12) }).map(
            \.element)
        {
            guard let site = world.sites.first(where: { $0.origin == address.origin }),
                case .image(let image) = site.contents[address.target]
            else { continue }
            let picture = try decodePicture(try world.bytes(of: image), limits: DecodeLimits())
            let hash = PDQ.signature(of: picture).hash
            let near = licensed.filter { $0.1.contains { $0.distance(to: hash) <= 31 } }
            found += near.map { (address, $0.0) }
            if image.kind.isWholeImage {
                #expect(near.map(\.0) == [world.truth(forImage: address)?.asset], "\(address)")
            }
        }
        #expect(world.truth.score(found).falseMatches.isEmpty)
    }

    @Test("An answer has a tag and a date, and whoever has the bytes already gets none")
    func conditionalRequests() async throws {
        let servers = DemoServers(Self.world)
        try await servers.application(for: Self.world.sites[0]).test(.router) { client in
            let first = try await client.execute(uri: "/img/logo.png", method: .get)
            #expect(first.headers[.contentType] == "image/png")
            let tag = try #require(first.headers[.eTag])
            let again = try await client.execute(
                uri: "/img/logo.png", method: .get, headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.readableBytes == 0)
            let since = try #require(first.headers[.lastModified])
            let later = try await client.execute(
                uri: "/", method: .get, headers: [.ifModifiedSince: since])
            #expect(later.status == .notModified)
            #expect(try await client.execute(uri: "/nothing", method: .get).status == .notFound)
            #expect(try await client.execute(uri: "/", method: .post).status == .methodNotAllowed)
        }
        #expect(servers.requests[0].requests == 5)
        #expect(servers.requests[0].byStatus == [200: 1, 304: 2, 404: 1, 405: 1])
    }

    @Test("The same world is described twice in the same words")
    func worldIsDeterministic() {
        let again = DemoWorld()
        for (one, other) in zip(Self.world.sites, again.sites) {
            #expect(one.contents == other.contents)
        }
        #expect(Self.world.truth.uses == again.truth.uses)
        #expect(Self.world.planYAML == again.planYAML)
    }
}
