// The reader against c2pa-python's verdicts on the official sample files.

import Foundation
import Provenance
import SelvageTypes
import Testing

/// What c2pa-python 0.38.1 says about one sample (`c2pa/expected.json`).
struct ExpectedVerdict: Decodable, Sendable {
    struct Active: Decodable, Sendable {
        struct Ingredient: Decodable, Sendable {
            let title: String
            let relationship: String
        }
        let title: String
        let assertions: [String]
        let ingredients: [Ingredient]
    }
    let state: String
    let codes: [String]?
    let manifests: Int?
    let active: Active?

    static func all() throws -> [String: ExpectedVerdict] {
        struct Document: Decodable { let files: [String: ExpectedVerdict] }
        let text = try SharedSamples.bytes("c2pa/expected.json")
        return try JSONDecoder().decode(Document.self, from: Data(text)).files
    }
}

@Suite("Manifests of the sample files", .enabled(if: SharedSamples.folder != nil, "no samples"))
struct ManifestSamplesTests {
    static let moment = Instant(seconds: 1_795_000_000)

    static func report(
        _ path: String, anchors: TrustAnchors = .none
    ) throws -> ManifestReport? {
        let file = try ImageFile(SharedSamples.bytes(path))
        return try ManifestReader(anchors: anchors, at: moment).read(file)
    }

    @Test("Every sample has the state, failures, title and ingredients that c2pa-python reports")
    func agreesWithOracle() throws {
        let expected = try ExpectedVerdict.all()
        #expect(expected.count == 18)
        for (path, verdict) in expected.sorted(by: { $0.key < $1.key }) {
            let report = try Self.report(path)
            guard verdict.state != "none" else {
                #expect(report == nil, "\(path)")
                continue
            }
            let found = try #require(report, "\(path)")
            let state = found.state == .invalid ? "Invalid" : "Valid"
            #expect(state == verdict.state, "\(path): \(found.active.results.failures)")
            #expect(found.active.results.failures.map(\.code).sorted() == verdict.codes, "\(path)")
            #expect(found.manifestCount == verdict.manifests, "\(path)")
            #expect(found.active.title == verdict.active?.title, "\(path)")
            let ingredients = found.active.ingredients.map {
                "\($0.title ?? "") \($0.relationship)"
            }
            let titles = verdict.active?.ingredients.map { "\($0.title) \($0.relationship)" }
            #expect(ingredients.sorted() == titles?.sorted(), "\(path)")
        }
    }

    @Test(
        "With the test authority as anchor, what it signed is trusted unless it is damaged"
    )
    func trusted() throws {
        let text = String(
            decoding: try SharedSamples.bytes("c2pa/c2pa-rs/test_cert_root_bundle.pem"),
            as: UTF8.self)
        let anchors = try TrustAnchors(pem: text)
        // As c2pa-python 0.38.1 says with the same anchors.
        let expected: [(String, ManifestState)] = [
            ("c2pa/c2pa-rs/CACA.jpg", .trusted), ("c2pa/c2pa-rs/ica_success.jpg", .trusted),
            ("c2pa/c2pa-rs/C_with_CAWG_data.jpg", .validUnknownSigner),
            ("c2pa/public-testfiles/adobe-20220124-CAICA.jpg", .trusted),
            ("c2pa/public-testfiles/adobe-20220124-E-sig-CA.jpg", .invalid),
            ("selvage-profile/c2pa/fern-trellis.signed.png", .trusted),
            ("selvage-profile/c2pa/fern-trellis.tampered.png", .invalid),
        ]
        for (path, state) in expected {
            #expect(try Self.report(path, anchors: anchors)?.state == state, "\(path)")
        }
    }

    @Test("Signers and the times of their time-stamps are those that c2pa-python reports")
    func signers() throws {
        let expected: [(String, String, String?)] = [
            (
                "c2pa/public-testfiles/adobe-20220124-CAICA.jpg", "PS256", "2023-01-24T14:48:58Z"
            ),
            ("c2pa/c2pa-rs/C_with_CAWG_data.jpg", "ES256", "2025-07-29T23:13:49Z"),
            ("selvage-profile/c2pa/fern-trellis.signed.png", "ES256", nil),
            ("c2pa/public-testfiles/adobe-20220124-E-sig-CA.jpg", "PS256", nil),
        ]
        for (path, algorithm, time) in expected {
            let signer = try #require(try Self.report(path)?.active.signer)
            #expect(signer.subject == "C2PA Signer, C2PA Test Signing Cert")
            #expect(signer.algorithm == algorithm)
            #expect(signer.time?.iso8601 == time, "\(path)")
            #expect(!signer.timeIsTrusted)
        }
        let fern = try Self.report("selvage-profile/c2pa/fern-trellis.signed.png")
        #expect(
            fern?.active.signer?.serial == "640229841392226413189608867977836244731148734950")
    }

    @Test(
        "Our profile's sample is read: actions, coefficient, soft binding, mining"
    )
    func profile() throws {
        let report = try #require(
            try Self.report("selvage-profile/c2pa/fern-trellis.signed.png"))
        let active = report.active
        #expect(active.claimGenerator == "selvage 0.1.0")
        #expect(
            active.actions.map(\.action) == [
                "c2pa.created", "c2pa.placed", "c2pa.placed", "c2pa.edited",
            ])
        #expect(active.actions[0].softwareAgent == "texture-model 3.2.1")
        #expect(active.actions[0].when == "2026-10-01T09:00:00Z")
        #expect(active.actions[1].ingredients == ["c2pa.ingredient.v3"])
        #expect(active.contribution?.humanCoefficient == "0.62")
        #expect(active.contribution?.isRecomputable == true)
        #expect(active.softBindings.map(\.algorithm) == ["io.iscc.v0"])
        #expect(active.trainingMining.count == 4)
        #expect(active.assertion("cawg.metadata")?.content["dc:creator"]?[0] == "Studio Marlow")
        #expect(active.hardBinding == "c2pa.hash.data")
    }

    @Test("An ingredient that is broken is told apart from the active manifest")
    func brokenIngredient() throws {
        let report = try #require(
            try Self.report("c2pa/public-testfiles/adobe-20220124-CAICA.jpg"))
        let part = try #require(
            report.active.ingredients.first { $0.relationship == "componentOf" })
        #expect(part.state == .validUnknownSigner)
        #expect(part.manifest?.title == "CA.jpg")
        #expect(
            part.manifest?.ingredients.first?.results.contains("ingredient.unknownProvenance")
                == true)
    }

    @Test("An identity is checked as far as can be done offline")
    func identities() throws {
        let signed = try Self.report("c2pa/c2pa-rs/C_with_CAWG_data.jpg")?.active
        #expect(signed?.identities.first?.subject == "C2PA Signer, C2PA Test Signing Cert")
        #expect(signed?.results.contains("cawg.x509.signature.validated") == true)
        let provider = try Self.report("c2pa/c2pa-rs/ica_success.jpg")?.active
        #expect(provider?.identities.first?.signatureType == "cawg.identity_claims_aggregation")
        #expect(provider?.identities.first?.subject == nil)
        #expect(provider?.results.contains("cawg.ica.untrusted_issuer") == true)
    }

    @Test("Each state has a sentence")
    func sentences() throws {
        let valid = try Self.report("c2pa/c2pa-rs/CACA.jpg")?.summary
        #expect(valid?.hasSuffix("C2PA Test Signing Cert, whom nobody here vouches for.") == true)
        let changed = try Self.report("selvage-profile/c2pa/fern-trellis.tampered.png")?.summary
        #expect(
            changed == "The credentials do not hold: the picture was changed after it was signed.")
    }

    @Test("A report is written as JSON and read again")
    func codable() throws {
        let report = try #require(
            try Self.report("c2pa/public-testfiles/adobe-20220124-CAICA.jpg"))
        let text = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(ManifestReport.self, from: text) == report)
    }
}

@Suite("Manifests that c2pa-python 0.38.1 signed")
struct ManifestFixtureTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// A day after they were signed.
    private static let moment = Instant(seconds: 1_795_575_600)

    private func report(_ name: String, _ kind: String = "png") throws -> ManifestReport {
        let bytes = try Array(Data(contentsOf: Self.folder.appending(path: name + "." + kind)))
        return try #require(try ManifestFixtures.read(bytes, at: Self.moment))
    }

    @Test(
        "Every signature algorithm of C2PA is understood",
        arguments: ["es384", "es512", "ps256", "ps384", "ps512"])
    func algorithms(name: String) throws {
        let report = try report(name)
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.signer?.algorithm == name.uppercased())
        #expect(report.active.results.contains("claimSignature.validated"))
    }

    @Test("A picture hidden in a gap beside the store, within its exclusion, is refused")
    func filledGap() throws {
        // The padding of an unsigned header was shortened and another picture put in its place.
        let report = try report("filled-gap", "jpg")
        #expect(report.state == .invalid)
        #expect(report.active.results.failures.map(\.code).contains("assertion.dataHash.mismatch"))
    }

    @Test("A claim of version 1 is read")
    func firstVersion() throws {
        let report = try report("claim-v1")
        #expect(report.state == .validUnknownSigner)
        #expect(report.active.claimVersion == 1)
        #expect(report.active.title == "first claim")
    }

    @Test("An assertion that was taken out of an ingredient is named, and no fault")
    func redaction() throws {
        let before = try report("parent")
        #expect(before.active.assertion("stds.schema-org.CreativeWork") != nil)
        let after = try report("redacted")
        #expect(after.state == .validUnknownSigner, "\(after.active.results.failures)")
        #expect(after.active.redactions.count == 1)
        let parent = try #require(after.active.ingredients.first?.manifest)
        #expect(parent.label == before.active.label)
        #expect(parent.assertion("stds.schema-org.CreativeWork") == nil)
        #expect(parent.results.state == .validUnknownSigner)
    }

    @Test("A manifest that only adds is tied to the file by its parent, though the store grew")
    func update() throws {
        let report = try report("update")
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.hardBinding == nil)
        #expect(report.active.results.contains("assertion.dataHash.match"))
        var bytes = try Array(Data(contentsOf: Self.folder.appending(path: "update.png")))
        let place = bytes.count - 6
        bytes[place] ^= 1
        #expect((try? ManifestFixtures.read(bytes, at: Self.moment))??.state != .validUnknownSigner)
    }
}
