// What the console promises its visitors, and what it refuses everybody else.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import SelvageTypes
import Testing

@testable import Console

@Suite("Console")
struct ConsoleTests {
    private let bearer: HTTPFields = [.authorization: "Bearer \(ConsoleService.token)"]

    private func picture() throws -> [UInt8] {
        try PictureEncoder.png(Picture(width: 40, height: 30, red: 200, green: 90, blue: 10))
    }

    private func sample(_ change: (inout Sample.Parts) -> Void = { _ in }) throws -> Sample {
        var parts = Sample.Parts()
        parts.picture = try picture()
        change(&parts)
        return try #require(try Sample(parts))
    }

    private func ask(
        _ console: ConsoleService, _ address: String, headers: HTTPFields? = nil,
        method: HTTPRequest.Method = .get
    ) async throws -> TestResponse {
        let app = Application(router: console.router())
        return try await app.test(.router) { client in
            try await client.execute(uri: address, method: method, headers: headers ?? bearer)
        }
    }

    private func text(_ response: TestResponse) -> String {
        String(decoding: response.body.readableBytesView, as: UTF8.self)
    }

    @Test("Without the token nothing is said; with it a cookie stands for it from then on")
    func token() async throws {
        let console = ConsoleService.showing([try sample()])
        for address in ["/", "/api/findings", "/coverage", "/?token=wrong"] {
            let refused = try await ask(console, address, headers: [:])
            #expect(refused.status == .unauthorized)
            #expect(!text(refused).contains("Textil Ost"))
        }
        let welcome = try await ask(
            console, "/coverage?token=\(ConsoleService.token)", headers: [:])
        #expect(welcome.status == .seeOther)
        #expect(welcome.headers[.location] == "/coverage")
        let cookie = try #require(welcome.headers[.setCookie])
        #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
        #expect(!cookie.contains(ConsoleService.token))
        let value = String(cookie.prefix { $0 != ";" })
        let page = try await ask(console, "/", headers: [.cookie: "a=b; \(value)"])
        #expect(page.status == .ok && text(page).contains("Textil Ost"))
        let almost = try await ask(console, "/", headers: [.cookie: String(value.dropLast()) + "x"])
        #expect(almost.status == .unauthorized)
    }

    @Test("A foreign host name is refused, so a rebound name reaches nothing")
    func rebinding() {
        #expect(Gate.hostName("localhost:8080") == "localhost")
        #expect(Gate.hostName("[::1]:8080") == "[::1]")
        #expect(Gate.hostName("EVIL.example") == "evil.example")
        #expect(Gate.hostName("127.0.0.1.evil.example:80") == "127.0.0.1.evil.example")
    }

    @Test("A console that knows other names only does not answer to localhost")
    func otherHosts() async throws {
        let console = ConsoleService(
            findings: MemoryFindings(all: []), evidence: { _ in [] }, decoder: OwnDecoder(),
            catalogueImage: { _ in nil }, coverage: { [] }, accessToken: ConsoleService.token,
            hosts: ["console.example"])
        #expect(try await ask(console, "/").status == .misdirectedRequest)
    }

    @Test("Every answer, errors too, carries the headers that keep foreign content powerless")
    func headers() async throws {
        let sample = try sample()
        let console = ConsoleService.showing([sample])
        let addresses = [
            "/", "/nothing", "/findings/\(sample.finding.id)", "/style.css", "/api/nothing",
            "/findings/\(sample.finding.id)/found.jpg",
        ]
        for address in addresses {
            let response = try await ask(console, address)
            #expect(
                response.headers[.contentSecurityPolicy]
                    == "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
                    + "base-uri 'none'; frame-ancestors 'none'", "\(address)")
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            let policy = try #require(HTTPField.Name("Referrer-Policy"))
            #expect(response.headers[policy] == "no-referrer")
        }
    }

    @Test("Unknown findings are problem details for programs and a calm page for people")
    func absent() async throws {
        let console = ConsoleService.showing([])
        let id = UUID().uuidString.lowercased()
        let problem = try await ask(console, "/api/findings/\(id)")
        #expect(problem.status == .notFound)
        #expect(problem.headers[.contentType] == "application/problem+json")
        #expect(text(problem).contains("\"status\":404"))
        let page = try await ask(console, "/findings/..%2F..%2Fetc")
        #expect(page.status == .notFound && text(page).contains("There is nothing at this address"))
    }

    @Test("A licensor's console shows nothing of another's")
    func tenants() async throws {
        let other = try sample { $0.licensor = "https://parties.example/other" }
        let console = ConsoleService.showing(
            [other], licensor: "https://parties.example/studio-marlow")
        #expect(!text(try await ask(console, "/")).contains("Textil Ost"))
        let address = "/findings/\(other.finding.id)"
        #expect(try await ask(console, address).status == .notFound)
        #expect(try await ask(console, "/api" + address).status == .notFound)
        #expect(try await ask(console, address + "/evidence.warc.gz").status == .notFound)
    }

    @Test("The list filters by verdict and text, and counts each verdict")
    func filters() async throws {
        let unknown = try sample {
            $0.verdict = Verdict(.unknown, explanation: "The seller is not named.")
            $0.actor = .nobody
            $0.page = "https://blog.example/a b"
        }
        let console = ConsoleService.showing([try sample(), unknown])
        let all = text(try await ask(console, "/"))
        #expect(all.contains("Textil Ost") && all.contains("Nobody named"))
        #expect(all.contains(">All <span>2</span>"))
        let some = text(try await ask(console, "/?verdict=unknown"))
        #expect(!some.contains("Textil Ost") && some.contains("Nobody named"))
        let found = text(try await ask(console, "/?q=textil+OST"))
        #expect(found.contains("Textil Ost") && !found.contains("Nobody named"))
        #expect(text(try await ask(console, "/?q=nowhere")).contains("Nothing matches"))
    }

    @Test("Authorised uses stand apart from findings")
    func authorised() async throws {
        let fine = try sample {
            $0.verdict = Verdict(.authorised, agreement: "urn:a", explanation: "Within tier 1.")
        }
        let console = ConsoleService.showing([fine])
        #expect(text(try await ask(console, "/")).contains("There are no findings"))
        #expect(text(try await ask(console, "/authorised")).contains("Textil Ost"))
    }

    @Test("What was not checked stands beside what was found")
    func coverage() async throws {
        let scan = ScanRecord(
            number: 7, plan: "high-street", planDigest: Digest(of: "p"),
            began: Instant(microseconds: 0), ended: Instant(microseconds: 1))
        let site = SiteCoverage(
            site: "shop.example", pages: 12, images: 30, notChecked: [.robots: 4, .gone: 1])
        let console = ConsoleService.showing(
            [], coverage: [ConsoleService.ScanCoverage(scan: scan, sites: [site])])
        let list = text(try await ask(console, "/"))
        #expect(
            list.contains("5 addresses not checked") && list.contains("disallowed by robots.txt"))
        let page = text(try await ask(console, "/coverage"))
        #expect(page.contains("disallowed by robots.txt (4); no longer there (1)"))
    }

    @Test("A match by features says its part, area, colours, orientation and closeness in words")
    func features() async throws {
        var parts = Sample.Parts()
        parts.match = Match(
            asset: parts.asset, component: parts.asset + "#motif", grade: .match, score: 2.4,
            falseMatchProbability: 2e-4,
            placement: Placement(
                region: [.init(x: 10, y: 20), .init(x: 210, y: 20), .init(x: 210, y: 120)],
                origin: .init(x: 0, y: 0), across: .init(x: 40, y: 3), down: .init(x: -3, y: 40),
                scale: 0.5, rotation: 4.2, isMirrored: true, colours: .recoloured))
        let sample = try #require(try Sample(parts))
        let console = ConsoleService.showing([sample])
        let page = text(try await ask(console, "/findings/\(sample.finding.id)"))
        for words in [
            "Repeat, by its features: match; the part fern-trellis#motif",
            "200 × 100 pixels at 10, 20, recoloured", "score 2.4 (1 is a match)",
            "Turned 4.2°, mirrored, at 0.5 of the licensed size", "below 2.0 × 10⁻⁴",
        ] { #expect(page.contains(words), "\(words)") }
    }

    @Test("A mark and stripped credentials are told beside the match, with the mark's proof")
    func remarks() async throws {
        var parts = Sample.Parts()
        var match = Match(
            asset: parts.asset, method: .perceptualHash, symmetry: .asIs, distance: 2,
            falseMatchProbability: 1e-9)
        match.mark = FoundMark(
            key: "watermark-1", payload: "00000001c0ffee00", statistic: 24.13, threshold: 12.4,
            falseHitBound: 3.2e-77, attempts: 4096, tileSide: 128, turn: 0, isMirrored: false,
            isInverted: false)
        match.credentials = FoundCredentials(.stripped)
        match.credentials?.webStatement = "https://marlow.example/<rights>"
        parts.match = match
        let sample = try #require(try Sample(parts))
        let console = ConsoleService.showing([sample])
        let page = text(try await ask(console, "/findings/\(sample.finding.id)"))
        for words in [
            "Marks and credentials", "payload 00000001c0ffee00 with watermark-1",
            "t 24.1, a hit from 12.4", "whose credentials were stripped",
            "https://marlow.example/&lt;rights&gt;",
        ] { #expect(page.contains(words), "\(words)") }
        let plain = try #require(try Sample())
        let other = text(
            try await ask(ConsoleService.showing([plain]), "/findings/\(plain.finding.id)"))
        #expect(!other.contains("Marks and credentials"))
    }

    @Test("What the site states about uses stands on the finding's page, and only when it does")
    func terms() async throws {
        var parts = Sample.Parts()
        parts.terms = [
            UseTerm(.reservation, "1", source: .reservationFile, place: "https://shop.example/t"),
            UseTerm(.licence, "https://shop.example/<l>", source: .link, place: parts.page),
        ]
        let sample = try #require(try Sample(parts))
        let console = ConsoleService.showing([sample])
        let page = text(try await ask(console, "/findings/\(sample.finding.id)"))
        for words in [
            "What the site states about uses", "tdmrep.json", "Text and data mining reserved",
            "link element", "https://shop.example/t",
        ] { #expect(page.contains(words), "\(words)") }
        #expect(!page.contains("<l>"))
        let plain = try #require(try Sample())
        let other = text(
            try await ask(ConsoleService.showing([plain]), "/findings/\(plain.finding.id)"))
        #expect(!other.contains("What the site states"))
        let api = text(try await ask(console, "/api/findings/\(sample.finding.id)"))
        #expect(api.contains("tdm-reservation"))
    }

    @Test("Pictures that only share a pattern's geometry are listed for review, and are no finding")
    func review() async throws {
        var parts = Sample.Parts()
        parts.match = Match(
            asset: parts.asset, grade: .sameGeometry, score: 0.7, falseMatchProbability: 1e-3,
            placement: nil)
        let sample = try #require(try Sample(parts))
        let scan = ScanRecord(
            number: 7, plan: "high-street", planDigest: Digest(of: "p"),
            began: Instant(microseconds: 0), ended: Instant(microseconds: 1))
        let console = ConsoleService.showing(
            [],
            coverage: [
                ConsoleService.ScanCoverage(scan: scan, sites: [], review: sample.finding.sightings)
            ])
        let page = text(try await ask(console, "/coverage"))
        #expect(page.contains("1 picture with the geometry of a licensed pattern"))
        #expect(page.contains("fern-trellis") && page.contains("https://shop.example/img/fern.jpg"))
    }

    @Test("A found picture is decoded and encoded anew; the evidence comes as it was sealed")
    func pictures() async throws {
        let sample = try sample()
        let console = ConsoleService.showing([sample], licensed: try picture())
        for name in ["found.jpg", "licensed.jpg"] {
            let response = try await ask(console, "/findings/\(sample.finding.id)/\(name)")
            #expect(response.headers[.contentType] == "image/jpeg")
            let bytes = Array(response.body.readableBytesView)
            #expect(bytes.starts(with: [0xff, 0xd8, 0xff]))
            #expect(bytes != (try picture()))
        }
        let file = try await ask(console, "/findings/\(sample.finding.id)/evidence.warc.gz")
        #expect(Array(file.body.readableBytesView) == sample.file)
        let disposition = try #require(file.headers[.contentDisposition])
        #expect(disposition.hasPrefix("attachment; filename=\"\(sample.finding.id)-1"))
    }

    @Test("A found file that is no picture is never sent to the browser")
    func hostilePicture() async throws {
        let script = Array("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".utf8)
        let sample = try sample { $0.picture = script }
        let response = try await ask(
            ConsoleService.showing([sample]), "/findings/\(sample.finding.id)/found.jpg")
        #expect(response.status == .notFound)
        #expect(!text(response).contains("onload"))
    }

    @Test("Programs get the finding as it is stored")
    func api() async throws {
        let sample = try sample()
        let console = ConsoleService.showing([sample])
        let one = try await ask(console, "/api/findings/\(sample.finding.id)")
        let read = try JSONDecoder().decode(Finding.self, from: Data(text(one).utf8))
        #expect(read == sample.finding)
        let list = try await ask(console, "/api/findings?q=textil")
        let listing = try JSONDecoder().decode(
            ConsoleService.Listing.self, from: Data(text(list).utf8))
        #expect(listing.total == 1 && listing.counts == ["unauthorised": 1])
        let far = try await ask(console, "/api/findings?page=9223372036854775807")
        #expect(far.status == .ok)
    }

    @Test("Nothing changes by asking: other methods are refused")
    func readOnly() async throws {
        let console = ConsoleService.showing([try sample()])
        for method in [HTTPRequest.Method.post, .put, .delete, .patch] {
            #expect(try await ask(console, "/", method: method).status != .ok)
        }
    }
}
