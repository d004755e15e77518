// The whole demo world as a value: patterns, parties, agreements, sites and the truth about them.

internal import Foundation
public import SelvageTypes

/// The demo world: a studio's patterns, four shops and a mill that use them, rightly and wrongly.
///
/// A pure description. It opens no socket and reads no file; `DemoServers` serves it.
public struct DemoWorld: Sendable {
    /// The addresses that `selvage demo` serves on: four shops, then the mill.
    public static let standardAddresses = (1...5).map { "127.0.10.\($0)" }
    /// The port that `selvage demo` serves on.
    public static let standardPort = 18470

    /// Hosts: four shops, then the mill.
    public let addresses: [String]
    /// The port of all five.
    public let port: Int
    /// What is true of it.
    public let truth: DemoTruth

    let sites: [DemoSite]
    private let tiles: TileLibrary

    /// The world on given addresses.
    ///
    /// - Precondition: There are five addresses.
    /// - Complexity: Writes about 300 pages; 50 ms in a release build. Pictures are drawn when they
    ///   are asked for.
    public init(
        addresses: [String] = DemoWorld.standardAddresses, port: Int = DemoWorld.standardPort
    ) {
        precondition(addresses.count == 5, "The demo has four shops and a mill.")
        self.addresses = addresses
        self.port = port
        let origins = addresses.map { Self.origin(host: $0, port: port) }
        var sites = DemoShop.allCases.map { DemoSite($0, origin: origins[$0.rawValue]) }
        sites.append(DemoSite(mill: DemoMill(origin: origins[DemoMill.host])))
        self.sites = sites
        tiles = TileLibrary(DemoPattern.collection)
        truth = TruthTeller(sites: sites).truth
    }

    private static func origin(host: String, port: Int) -> String {
        "http://\(host):\(port)"
    }

    /// The licensed patterns.
    public var patterns: [DemoPattern] { DemoPattern.collection }

    /// The agreements, by number.
    public var agreements: [DemoAgreement] { DemoAgreement.all }

    /// The registry of parties, as `parties.json` holds it.
    public var parties: JSONValue { DemoRegistry(hosts: addresses).document }

    /// The licensor's id.
    public var licensor: String { DemoParty.studioMarlow.id }

    /// Scheme, host and port of the four shops and the mill.
    public var origins: [String] { sites.map(\.origin) }

    /// The text of `Crawlers/Plans/demo.yaml`, with the licensing server at its usual place.
    public var planYAML: String { plan(reportingTo: "http://127.0.0.1:18480/") }

    /// The demo's plan, reporting to a licensing server.
    public func plan(reportingTo server: String) -> String {
        let isUsual = addresses.allSatisfy { $0.hasPrefix("127.0.10.") }
        let network = isUsual ? "127.0.10.0/24" : "127.0.0.0/8"
        return DemoPlan(origins: origins, network: network, server: server).text
    }

    /// What an image shows; nil for an address that is no image of the demo.
    public func truth(forImage address: WebAddress) -> ImageTruth? {
        truth.images[address]
    }

    /// What should come of the use of a pattern on a page or in an event.
    public func expectedUse(page: WebAddress, asset: String, event: String? = nil) -> ExpectedUse? {
        truth.uses.first { $0.page == page && $0.asset == asset && $0.event == event }
    }

    /// The verdict that should come of the use of a pattern on a page or in an event.
    public func expectedVerdict(
        page: WebAddress, asset: String, event: String? = nil
    ) -> Verdict.Kind? {
        expectedUse(page: page, asset: asset, event: event)?.verdict
    }

    /// The addresses of all product pages, sorted.
    public var productPages: [WebAddress] {
        sites.flatMap { site in site.products.compactMap { WebAddress(site.origin + $0.path) } }
            .sorted { $0.description < $1.description }
    }

    /// What the files under `Signatures/Catalogues/demo` hold apart from the signatures, by path.
    ///
    /// `parties.json` and `agreements/NNN.jsonld`; the patterns' own files are
    /// `pattern.imagePath`, encoded as PNG.
    public var licensingFiles: [String: [UInt8]] {
        var files = ["agreements/parties.json": Self.pretty(parties)]
        for agreement in agreements {
            files["agreements/\(agreement.number).jsonld"] = Self.pretty(agreement.document)
        }
        return files
    }

    /// The bytes of an image, drawn and encoded now.
    ///
    /// - Throws: `EncodeError`, which would be a mistake of ours.
    func bytes(of image: DemoImage) throws -> [UInt8] {
        try image.bytes(from: tiles)
    }

    private static func pretty(_ value: JSONValue) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // A JSONValue holds nothing that JSON cannot; canonical text is the same value.
        let text = (try? encoder.encode(value)).map(Array.init) ?? value.canonicalBytes
        return text + [UInt8(ascii: "\n")]
    }
}

/// Gathers the truth from the sites' recipes.
private struct TruthTeller {
    let sites: [DemoSite]

    var truth: DemoTruth {
        var truth = DemoTruth()
        for site in sites {
            for (target, content) in site.contents {
                tell(content, at: target, of: site, to: &truth)
            }
            for (target, reason) in site.hidden {
                guard let address = WebAddress(site.origin + target) else { continue }
                truth.notChecked[address] = reason
            }
            for product in site.products { tell(product, of: site, to: &truth) }
        }
        for run in DemoMill.runs { tell(run, to: &truth) }
        truth.uses.sort {
            ($0.page.description, $0.event ?? "") < ($1.page.description, $1.event ?? "")
        }
        return truth
    }

    private func tell(
        _ content: DemoContent, at target: String, of site: DemoSite, to truth: inout DemoTruth
    ) {
        guard case .image(let image) = content, let address = WebAddress(site.origin + target)
        else {
            return
        }
        truth.images[address] = ImageTruth(
            asset: image.pattern.map(Self.asset), kind: image.kind,
            isReachable: site.hidden[target] == nil && !Self.isOfRetractedRun(target))
    }

    /// A run that was retracted never took place, so nobody looks at its picture.
    private static func isOfRetractedRun(_ target: String) -> Bool {
        DemoMill.runs.contains { $0.isRetracted && $0.image.path == target }
    }

    private func tell(_ product: DemoProduct, of site: DemoSite, to truth: inout DemoTruth) {
        guard let use = product.use, let pattern = product.pattern,
            let page = WebAddress(site.origin + product.path)
        else { return }
        truth.uses.append(
            ExpectedUse(
                page: page, event: nil, asset: Self.asset(pattern), actor: use.actor,
                verdict: use.verdict, agreement: use.agreement, failedOperand: use.failedOperand,
                possibleResale: use.possibleResale,
                isWholeImage: product.images.contains { $0.kind.isWholeImage }))
    }

    private func tell(_ run: DemoMill.Run, to truth: inout DemoTruth) {
        guard let verdict = run.verdict, let pattern = run.image.pattern,
            let page = WebAddress(sites[DemoMill.host].origin + DemoMill.eventsPath)
        else { return }
        truth.uses.append(
            ExpectedUse(
                page: page, event: run.eventID, asset: Self.asset(pattern),
                actor: .party(DemoParty.talbachMill.id), verdict: verdict,
                agreement: run.agreement.map(DemoAgreement.id), failedOperand: run.failedOperand,
                possibleResale: false, isWholeImage: run.image.kind.isWholeImage))
    }

    private static func asset(_ name: String) -> String {
        "https://assets.example/patterns/\(name)"
    }
}
