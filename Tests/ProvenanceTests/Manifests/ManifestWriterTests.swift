// Manifests that are written are read again, and contradictions are refused.

import Foundation
import Provenance
import SelvageTypes
import Testing

@Suite("Writing manifests")
struct ManifestWriterTests {
    @Test("What is written is read again, and is valid with an unknown signer")
    func roundTrip() throws {
        let signed = try ManifestFixtures.signed(
            ManifestFixtures.pattern(), into: ManifestFixtures.dot)
        let report = try #require(try ManifestFixtures.read(signed.file))
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.storeDigest == signed.storeDigest)
        #expect(report.active.label == signed.label)
        #expect(report.active.title == "fern-trellis")
        #expect(report.active.claimGenerator == "selvage 0.2.0")
        #expect(report.active.signer?.subject == "Studio Marlow sealing, Studio Marlow")
        #expect(report.active.signer?.algorithm == "ES256")
    }

    @Test("Everything the definition says is found again")
    func contents() throws {
        let definition = try ManifestFixtures.pattern()
        let signed = try ManifestFixtures.signed(definition, into: ManifestFixtures.dot)
        let active = try #require(try ManifestFixtures.read(signed.file)).active
        #expect(active.actions.map(\.action) == definition.actions.map(\.action))
        #expect(
            active.actions[0].ingredients == ["c2pa.ingredient.v3__2", "c2pa.ingredient.v3__3"])
        #expect(active.actions[0].when == "2026-11-24T03:00:00Z")
        #expect(active.actions[3].digitalSourceType == DigitalSourceType.humanEdits.iri)
        #expect(active.ingredients.map(\.title) == definition.ingredients.map(\.title))
        #expect(active.ingredients[2].dataTypes == ["c2pa.types.model"])
        #expect(active.ingredients[2].informationalURI == "https://models.example/texture-model")
        #expect(active.ingredients.allSatisfy { $0.manifest == nil && $0.state == nil })
        #expect(active.trainingMining == definition.trainingMining)
        #expect(active.softBindings.map(\.algorithm) == ["io.iscc.v0", "org.selvage.mark.v1"])
        #expect(active.softBindings[1].values == ["5f3759df00c0ffee"])
        #expect(active.contribution == definition.contribution)
        #expect(active.assertion("cawg.metadata")?.content == definition.metadata)
        #expect(active.hardBinding == "c2pa.hash.data")
    }

    @Test("The same definition, moment and numbers give the same file")
    func deterministic() throws {
        let certificates = try ManifestFixtures.certificates(.ed25519)
        let files = try (0..<2).map { _ in
            try ManifestFixtures.signed(
                ManifestFixtures.pattern(), into: ManifestFixtures.dot, certificates)
        }
        #expect(files[0].label == files[1].label)
        // Ed25519 signatures are deterministic (RFC 8032), so the whole files are equal.
        #expect(files[0].file == files[1].file)
    }

    @Test("Whoever has the authority's certificate trusts the signer; nobody else does")
    func trust() throws {
        for kind in DevelopmentCertificates.Kind.allCases {
            let ours = try ManifestFixtures.certificates(kind)
            let other = try ManifestFixtures.certificates(kind, seed: 2)
            let file = try ManifestFixtures.signed(
                ManifestFixtures.smallest, into: ManifestFixtures.dot, ours
            ).file
            let known = try TrustAnchors(pem: ours.authority)
            let unknown = try TrustAnchors(pem: other.authority)
            #expect(try ManifestFixtures.read(file, anchors: known)?.state == .trusted)
            #expect(try ManifestFixtures.read(file, anchors: unknown)?.state == .validUnknownSigner)
        }
    }

    @Test(
        "A certificate that has run out vouches for no manifest, and signs none"
    )
    func expiry() throws {
        let certificates = try ManifestFixtures.certificates(days: 30)
        let file = try ManifestFixtures.signed(
            ManifestFixtures.smallest, into: ManifestFixtures.dot, certificates
        ).file
        let later = ManifestFixtures.moment.advanced(milliseconds: 31 * 86_400_000)
        let report = try ManifestFixtures.read(file, at: later)
        #expect(report?.state == .invalid)
        #expect(report?.active.results.contains("signingCredential.expired") == true)
        #expect(throws: ManifestError.self) {
            try ManifestFixtures.signed(
                ManifestFixtures.smallest, into: ManifestFixtures.dot, certificates, at: later)
        }
    }

    @Test("A file with credentials is signed again only when they are taken along")
    func takenAlong() throws {
        let first = try ManifestFixtures.signed(
            ManifestFixtures.pattern(), into: ManifestFixtures.dot)
        #expect(throws: ManifestError.self) {
            try ManifestFixtures.signed(ManifestFixtures.smallest, into: first.file)
        }
        var parent = ManifestDefinition.Ingredient(
            name: "before", title: "fern-trellis", relationship: .parentOf)
        parent.file = try ImageFile(first.file)
        var definition = ManifestDefinition(
            title: "recoloured", generator: ManifestDefinition.Program(name: "selvage"),
            actions: [
                ManifestDefinition.Action("c2pa.opened", ingredients: ["before"]),
                ManifestDefinition.Action("c2pa.color_adjustments"),
            ])
        definition.ingredients = [parent]
        let second = try ManifestFixtures.signed(definition, into: first.file, seed: 8)
        let report = try #require(try ManifestFixtures.read(second.file))
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.manifestCount == 2)
        let link = try #require(report.active.ingredients.first)
        #expect(link.results.contains("ingredient.manifest.validated"))
        #expect(link.results.contains("ingredient.claimSignature.validated"))
        #expect(link.manifest?.label == first.label)
        #expect(link.state == .validUnknownSigner)
    }

    @Test("Definitions that contradict themselves are refused with a sentence")
    func contradictions() throws {
        typealias Change = (inout ManifestDefinition) -> Void
        let changes: [Change] = [
            { $0.actions = [] },
            { $0.actions = [ManifestDefinition.Action("c2pa.edited")] },
            { $0.actions = [ManifestDefinition.Action("c2pa.created")] },
            { $0.actions.append($0.actions[0]) },
            { $0.actions.append(ManifestDefinition.Action("c2pa.placed")) },
            { $0.actions.append(ManifestDefinition.Action("c2pa.placed", ingredients: ["no"])) },
            { $0.ingredients.append($0.ingredients[0]) },
            { $0.ingredients[0].relationship = .parentOf },
            { $0.contribution?.humanCoefficient = "0.7" },
        ]
        for (index, change) in changes.enumerated() {
            var definition = try ManifestFixtures.pattern()
            change(&definition)
            do {
                _ = try ManifestFixtures.signed(definition, into: ManifestFixtures.dot)
                Issue.record("definition \(index) was written")
            } catch let error as ManifestError {
                #expect(error.reason == .unusableDefinition, "\(index)")
                #expect(error.detail.hasSuffix("."))
            }
        }
    }

    @Test("A key signs only under its own certificate, and one that may sign manifests")
    func wrongCertificates() throws {
        let ours = try ManifestFixtures.certificates()
        let other = try ManifestFixtures.certificates(seed: 2)
        for (key, chain) in [
            (other.key, ours.chain), (ours.authorityKey, ours.authority), (ours.key, "no PEM"),
            ("no PEM", ours.chain),
        ] {
            #expect(throws: ManifestError.self) {
                try ManifestSigner(key: ManifestSigner.Key(pem: key), chain: chain)
            }
        }
    }

    @Test("A manifest that stands elsewhere is named, not fetched")
    func remote() throws {
        let packet = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
            xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
            xmlns:dcterms="http://purl.org/dc/terms/" \
            dcterms:provenance="https://manifests.example/1.c2pa"/></rdf:RDF></x:xmpmeta>
            """
        let plain = try ImageFile(ManifestFixtures.dot)
        #expect(ManifestReader.remoteManifest(of: plain) == nil)
        let file = try ImageFile(plain.replacingXMPPacket(with: Array(packet.utf8)))
        #expect(ManifestReader.remoteManifest(of: file) == "https://manifests.example/1.c2pa")
        let element = packet.replacing(
            "dcterms:provenance=\"https://manifests.example/1.c2pa\"/>",
            with: "><dcterms:provenance>https://other.example/</dcterms:provenance>"
                + "</rdf:Description>")
        let second = try ImageFile(plain.replacingXMPPacket(with: Array(element.utf8)))
        #expect(ManifestReader.remoteManifest(of: second) == "https://other.example/")
        #expect(try ManifestReader(at: ManifestFixtures.moment).read(file) == nil)
    }
}

@Suite("Sidecars")
struct SidecarTests {
    @Test("A manifest beside a file too large to hold is bound to the file's digest")
    func model() throws {
        let weights = Digest(of: "the weights of a model")
        var random = SeededNumbers(seed: 4)
        var definition = ManifestFixtures.smallest
        var base = ManifestDefinition.Ingredient(
            name: "base", title: "base-model", relationship: .inputTo)
        base.dataTypes = ["c2pa.types.model"]
        base.version = "1.5"
        definition.ingredients = [base]
        let signer = try ManifestFixtures.signer(ManifestFixtures.certificates())
        let made = try ManifestWriter(definition, signer: signer).sign(
            beside: weights, at: ManifestFixtures.moment, using: &random)
        let reader = ManifestReader(at: ManifestFixtures.moment)
        let report = try reader.read(sidecar: made.store, for: weights)
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.storeDigest == made.storeDigest)
        #expect(report.active.ingredients.first?.version == "1.5")
        let bytes = Array("the weights of a model".utf8)
        #expect(try reader.read(sidecar: made.store, for: bytes).state == .validUnknownSigner)
        let other = try reader.read(sidecar: made.store, for: Digest(of: "other weights"))
        #expect(other.state == .invalid)
        #expect(other.active.results.contains("assertion.dataHash.mismatch"))
    }
}
