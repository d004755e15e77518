// Every manifest we write, read by c2pa-python, which we did not write.

import Foundation
import Provenance
import SelvageTypes
import Testing

@Suite(
    "Manifests and c2pa-python", .serialized,
    .enabled(
        if: C2PAPython.isAvailable && SharedSamples.folder != nil,
        "needs python3 with c2pa-python, and the sample files"))
struct ManifestSecondOpinionTests {
    static let pictures = [
        ("fern.png", "selvage-profile/c2pa/fern-trellis.unsigned.png"),
        ("rights.png", "iptc/rights.png"), ("rights.jpg", "iptc/rights.jpg"),
        ("plain.jpg", "c2pa/public-testfiles/adobe-20220124-A.jpg"),
        ("rights.webp", "iptc/rights.webp"), ("plain.webp", "c2pa/c2pa-rs/sample1.webp"),
        ("rights.tif", "iptc/rights.tif"),
    ]

    @Test(
        "Every file we sign is valid for c2pa-python",
        arguments: DevelopmentCertificates.Kind.allCases)
    func signedFilesAreValid(kind: DevelopmentCertificates.Kind) throws {
        let moment = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(kind, at: moment)
        let files = try Self.pictures.map { name, path in
            let signed = try ManifestFixtures.signed(
                ManifestFixtures.pattern(), into: SharedSamples.bytes(path), certificates,
                at: moment)
            let report = try #require(
                try ManifestFixtures.read(signed.file, at: moment), "\(name)")
            #expect(report.state == .validUnknownSigner, "\(name)")
            return (name, signed.file)
        }
        let opinions = try C2PAPython.verdicts(on: files)
        for (opinion, file) in zip(opinions, files) {
            #expect(opinion.state == "Valid", "\(file.0): \(opinion.codes)")
            #expect(opinion.codes == ["signingCredential.untrusted"], "\(file.0)")
            #expect(opinion.title == "fern-trellis")
            #expect(opinion.ingredients.count == 4)
        }
    }

    @Test("c2pa-python trusts our signer when it is given our authority")
    func trusted() throws {
        let moment = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(at: moment)
        let file = try ManifestFixtures.signed(
            ManifestFixtures.smallest, into: ManifestFixtures.dot, certificates, at: moment
        ).file
        let files = [("dot.png", file)]
        let known = try C2PAPython.verdicts(on: files, anchors: certificates.authority)
        #expect(known.map(\.state) == ["Trusted"])
        #expect(known.map(\.codes) == [[]])
        let unknown = try C2PAPython.verdicts(on: files)
        #expect(unknown.map(\.state) == ["Valid"])
    }

    @Test(
        "Parents with credentials of their own are taken along as c2pa-python expects"
    )
    func ingredients() throws {
        let moment = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(at: moment)
        let names =
            ["CACA.jpg", "C_with_CAWG_data.jpg", "ica_success.jpg"].map { "c2pa-rs/" + $0 }
            + ["CAICA", "E-dat-CA", "E-sig-CA", "E-uri-CA"].map {
                "public-testfiles/adobe-20220124-\($0).jpg"
            }
        let files = try names.enumerated().map { index, name in
            let bytes = try SharedSamples.bytes("c2pa/" + name)
            var parent = ManifestDefinition.Ingredient(
                name: "parent", title: name, relationship: .parentOf)
            parent.file = try ImageFile(bytes)
            var definition = ManifestDefinition(
                title: name, generator: ManifestDefinition.Program(name: "selvage"),
                actions: [ManifestDefinition.Action("c2pa.opened", ingredients: ["parent"])])
            definition.ingredients = [parent]
            let signed = try ManifestFixtures.signed(
                definition, into: bytes, certificates, at: moment)
            let report = try #require(try ManifestFixtures.read(signed.file, at: moment))
            #expect(report.state == .validUnknownSigner, "\(name)")
            let broken = name.contains("E-sig") || name.contains("E-uri")
            #expect(
                report.active.ingredients.first?.state == (broken ? .invalid : .validUnknownSigner),
                "\(name)")
            return ("\(index).jpg", signed.file)
        }
        for (opinion, name) in zip(try C2PAPython.verdicts(on: files), names) {
            #expect(opinion.state == "Valid", "\(name): \(opinion.codes)")
            #expect(opinion.ingredients == ["\(name) parentOf"])
        }
    }

    @Test("Files we changed are invalid for both")
    func damaged() throws {
        let moment = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(at: moment)
        let files = try ["iptc/rights.jpg", "iptc/rights.webp", "iptc/rights.tif"].map { path in
            var bytes = try ManifestFixtures.signed(
                ManifestFixtures.pattern(), into: SharedSamples.bytes(path), certificates,
                at: moment
            ).file
            let store = try #require(try ImageFile(bytes).manifestStore())
            let place =
                store.ranges[0].lowerBound > bytes.count / 2 ? bytes.count / 3 : bytes.count - 40
            bytes[place] ^= 1
            #expect(try ManifestFixtures.read(bytes, at: moment)?.state == .invalid, "\(path)")
            return (String(path.dropFirst(5)), bytes)
        }
        for opinion in try C2PAPython.verdicts(on: files) {
            #expect(opinion.state == "Invalid")
            #expect(opinion.codes.contains("assertion.dataHash.mismatch"))
        }
    }
}
