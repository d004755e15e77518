// Real signed files beside the asset they show: what is said about their credentials.

import Dispatch
import Foundation
import Provenance
import SelvageTypes
import Testing

@testable import Monitoring

@Suite("Credentials of found images")
struct FoundCredentialsTests {
    private static let moment = Instant(seconds: 1_795_489_200)

    /// A PNG of one pixel.
    private static let dot = Array(
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
                + "awAAAABJRU5ErkJggg==") ?? Data())

    private static func signed(_ file: [UInt8], by organisation: String) throws -> SignedManifest {
        var random = SystemRandomNumberGenerator()
        let certificates = try DevelopmentCertificates.make(
            organisation: organisation, name: "\(organisation) sealing", kind: .p256, at: moment,
            days: 30, using: &random)
        let signer = try ManifestSigner(
            key: ManifestSigner.Key(pem: certificates.key), chain: certificates.chain)
        let definition = ManifestDefinition(
            title: "dot", generator: .init(name: "selvage"),
            actions: [.init("c2pa.created", digitalSourceType: .digitalCreation)])
        return try ManifestWriter(definition, signer: signer).sign(
            ImageFile(file), at: moment, using: &random)
    }

    private static func asset(sealedWith manifest: SignedManifest?) -> Asset {
        var asset = Asset(
            id: "https://p.example/fern", licensor: "https://p.example/s", title: "fern", rights: []
        )
        asset.seal = manifest.map {
            AssetSeal(
                at: moment, file: Digest(of: $0.file), manifest: $0.storeDigest,
                manifestLabel: $0.label, mark: nil, iscc: nil, licence: nil)
        }
        return asset
    }

    private static let whole = Match(
        asset: "https://p.example/fern", method: .perceptualHash, symmetry: .asIs, distance: 2,
        falseMatchProbability: 1e-9)
    private static let part = Match(
        asset: "https://p.example/fern", grade: .match, score: 2, falseMatchProbability: 1e-6,
        placement: nil)

    private static func said(of file: [UInt8], _ asset: Asset, _ match: Match = whole)
        -> FoundCredentials?
    {
        FileStatements(of: file, at: moment).beside(asset, match)
    }

    @Test("The licensor's credentials are intact, another's are named, changed ones are broken")
    func signedFiles() throws {
        let ours = try Self.signed(Self.dot, by: "Studio Marlow")
        let theirs = try Self.signed(Self.dot, by: "Somebody Else")
        let asset = Self.asset(sealedWith: ours)
        let intact = try #require(Self.said(of: ours.file, asset))
        #expect(intact.state == .intact && intact.manifest == ours.storeDigest)
        #expect(intact.signer?.contains("Studio Marlow") == true)
        let foreign = try #require(Self.said(of: theirs.file, asset))
        #expect(foreign.state == .foreign)
        #expect(foreign.sentences.first?.contains("Somebody Else") == true)
        // The same credentials on other pixels, and on the picture of an asset without any.
        let moved = try ImageFile(Self.signed(Self.dot + [], by: "X").file)
            .replacingManifestStore(with: ours.store).bytes
        #expect(Self.said(of: Self.changed(moved), asset)?.state == .broken)
        #expect(Self.said(of: theirs.file, Self.asset(sealedWith: nil))?.state == .unregistered)
    }

    /// A text chunk before the end: a change of the file that its credentials do not cover.
    private static func changed(_ file: [UInt8]) -> [UInt8] {
        let chunk: [UInt8] =
            [0, 0, 0, 3] + Array("tEXt".utf8) + [0x61, 0, 0x62] + [0x9d, 0x2f, 0x6f, 0x51]
        return Array(file.dropLast(12)) + chunk + file.suffix(12)
    }

    @Test("Stripped is said of a whole copy of a sealed asset only")
    func stripped() throws {
        let sealed = Self.asset(sealedWith: try Self.signed(Self.dot, by: "Studio Marlow"))
        let bare = Self.asset(sealedWith: nil)
        #expect(Self.said(of: Self.dot, sealed)?.state == .stripped)
        #expect(Self.said(of: Self.dot, sealed, Self.part) == nil)
        #expect(Self.said(of: Self.dot, bare) == nil)
        // No format that is known to carry credentials, so that nothing is missing.
        #expect(Self.said(of: Array("GIF89a".utf8), sealed) == nil)
    }

    @Test("Rights that a file states are noted, on one line and not for ever")
    func rights() throws {
        var record = RightsRecord()
        record.licensors = [.init(name: "Marlow", address: "https://marlow.example/buy")]
        record.webStatement = "https://marlow.example/rights" + String(repeating: "x", count: 999)
        record.dataMining = .prohibited
        let file = try record.written(into: ImageFile(Self.dot))
        let found = try #require(Self.said(of: file, Self.asset(sealedWith: nil)))
        #expect(found.state == nil)
        #expect(found.licensors == ["https://marlow.example/buy"])
        #expect(found.webStatement?.count == FileStatements.textLimit)
        #expect(found.dataMining == "DMI-PROHIBITED")
        #expect(found.sentences.count == 3)
    }

    @Test("What is too large is not read, and that is said")
    func tooLarge() {
        let huge = Self.dot + [UInt8](repeating: 0, count: FileStatements.fileLimitInBytes)
        #expect(Self.said(of: huge, Self.asset(sealedWith: nil))?.state == .notRead)
    }

    @Test("A match of a file that states nothing is stored as it always was")
    func unchanged() throws {
        let stored = try JSONValue(encoding: Self.whole).canonicalText
        #expect(!stored.contains("credentials") && !stored.contains("mark"))
        var told = Self.whole
        told.credentials = FoundCredentials(.stripped)
        let back = try JSONDecoder().decode(Match.self, from: JSONEncoder().encode(told))
        #expect(back == told)
    }

    @Test("Work that takes too long is not waited for; other work gives its answer")
    func bounded() async {
        let work = BoundedWork()
        let gate = DispatchSemaphore(value: 0)
        #expect(await work.run(withinSeconds: 1) { gate.wait() } == nil)
        gate.signal()
        #expect(await work.run(withinSeconds: 600) { 7 } == 7)
        #expect(await work.run { 8 } == 8)
    }
}
