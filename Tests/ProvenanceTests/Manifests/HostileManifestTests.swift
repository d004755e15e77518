// What the reader says about manifests that somebody made in order to deceive it.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Hostile manifests")
struct HostileManifestTests {
    private static let picture: [UInt8] = Array("the picture".utf8)
    private let signer: ManifestSigner

    init() throws {
        signer = try ManifestFixtures.signer(ManifestFixtures.certificates())
    }

    /// Reads crafted manifests as a sidecar of the picture, the last one active.
    private func read(_ manifests: CraftedManifest...) throws -> ManifestReport {
        let boxes = try manifests.map { try $0.box(signer) }
        return try ManifestReader(at: ManifestFixtures.moment).read(
            sidecar: CraftedManifest.store(boxes), for: Self.picture)
    }

    private func bound(_ change: (inout CraftedManifest) -> Void = { _ in }) -> CraftedManifest {
        var crafted = CraftedManifest()
        crafted.assertions.append(CraftedManifest.binding(to: Self.picture))
        change(&crafted)
        return crafted
    }

    private func failures(_ report: ManifestReport) -> Set<String> {
        Set(report.active.results.failures.map(\.code)).subtracting(ManifestStatus.untrustedCodes)
    }

    @Test("A manifest that is right in every part is valid")
    func control() throws {
        let report = try read(bound())
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.results.contains("assertion.dataHash.match"))
    }

    @Test("Thousands of assertions and of taken-out ones are looked up in time")
    func many() throws {
        let count = 3000
        let many = bound { crafted in
            crafted.assertions += (0..<count).map { ("org.example.\($0)", .null) }
            crafted.redacted = (0..<count).map {
                "self#jumbf=/c2pa/urn:c2pa:other/c2pa.assertions/org.example.\($0)"
            }
        }
        let other = bound { crafted in
            crafted.label = "urn:c2pa:other"
            crafted.assertions += (0..<count).map { ("org.example.\($0)", .null) }
        }
        let start = ContinuousClock.now
        let report = try read(other, many)
        // Looked for from the start each time, there are nine million labels to compare.
        #expect(ContinuousClock.now - start < .seconds(20))
        let left = report.active.results.failures.count { $0.code == "assertion.notRedacted" }
        #expect(left == count)
    }

    @Test("What a claim says it takes out has to be an assertion")
    func redactedParts() throws {
        let report = try read(
            bound { $0.label = "urn:c2pa:other" },
            bound { $0.redacted = ["self#jumbf=/c2pa/urn:c2pa:other/c2pa.signature"] })
        #expect(failures(report).contains("assertion.notRedacted"))
    }

    @Test("Each fault has its code, and makes the manifest invalid")
    func faults() throws {
        let faults: [(String, (inout CraftedManifest) -> Void)] = [
            ("claim.missing", { $0.claimCount = 0 }),
            ("claim.multiple", { $0.claimCount = 2 }),
            ("claimSignature.missing", { $0.isSigned = false }),
            (
                "claimSignature.missing",
                { $0.signatureURL = "self#jumbf=/c2pa/other/c2pa.signature" }
            ),
            ("claim.hardBindings.missing", { $0.assertions.removeLast() }),
            ("assertion.missing", { $0.missing = [("org.example", .null)] }),
            ("assertion.undeclared", { $0.undeclared = [("org.example", .null)] }),
            ("assertion.action.malformed", { $0.assertions.removeFirst() }),
            (
                "assertion.multipleHardBindings",
                { $0.assertions.append(("c2pa.hash.boxes", .null)) }
            ),
            ("manifest.update.invalid", { $0.type = "c2um" }),
            (
                "assertion.selfRedacted",
                { $0.redacted = ["self#jumbf=/c2pa/\($0.label)/c2pa.assertions/org.example"] }
            ),
            (
                "assertion.dataHash.malformed",
                { $0.assertions[1].value = CBORValue(members: [("alg", .text("sha256"))]) }
            ),
            (
                "algorithm.unsupported",
                { $0.assertions[1].value = CBORValue(members: [("alg", .text("md5"))]) }
            ),
        ]
        for (code, fault) in faults {
            let report = try read(bound(fault))
            #expect(report.state == .invalid, "\(code)")
            #expect(failures(report).contains(code), "\(code): \(failures(report))")
        }
    }

    @Test("Another picture is not the one that was signed")
    func otherPicture() throws {
        let store = CraftedManifest.store([try bound().box(signer)])
        let report = try ManifestReader(at: ManifestFixtures.moment).read(
            sidecar: store, for: Array("another picture".utf8))
        #expect(report.state == .invalid)
        #expect(failures(report) == ["assertion.dataHash.mismatch"])
    }

    @Test("Ingredients that refer to each other in a circle are read once and end")
    func circle() throws {
        let labels = (1...3).map { "urn:c2pa:00000000-0000-4000-8000-00000000000\($0)" }
        let manifests = zip(labels, labels.dropFirst() + labels.prefix(1)).map { label, next in
            bound {
                $0.label = label
                $0.assertions.append(("c2pa.ingredient.v3", CraftedManifest.ingredient(next)))
            }
        }
        let report = try read(manifests[0], manifests[1], manifests[2])
        #expect(report.state == .invalid)
        let link = try #require(report.active.ingredients.first)
        #expect(link.results.contains("ingredient.manifest.mismatch"))
        #expect(link.manifest?.ingredients.first?.manifest?.ingredients.first?.manifest == nil)
    }

    @Test("A chain of ingredients ends at the limit of generations")
    func longChain() throws {
        var boxes: [JUMBFBox] = []
        for index in 0..<40 {
            var crafted = bound { $0.label = "urn:c2pa:link-\(index)" }
            if let last = boxes.last {
                crafted.assertions.append(
                    (
                        "c2pa.ingredient.v3",
                        CraftedManifest.ingredient(
                            last.label, hash: ManifestHash.sha256.digest(of: last.encodedPayload))
                    ))
            }
            boxes.append(try crafted.box(signer))
        }
        let report = try ManifestReader(at: ManifestFixtures.moment).read(
            sidecar: CraftedManifest.store(boxes), for: Self.picture)
        #expect(report.state == .invalid)
        let short = try ManifestReader(at: ManifestFixtures.moment).read(
            sidecar: CraftedManifest.store(Array(boxes.prefix(30))), for: Self.picture)
        #expect(short.state == .validUnknownSigner)
    }

    @Test("A manifest that nothing refers to cannot excuse what is missing in another")
    func strangerRedacts() throws {
        let active = bound {
            $0.label = "urn:c2pa:active"
            $0.missing = [("stds.schema-org.CreativeWork", .map([]))]
        }
        let stranger = bound {
            $0.label = "urn:c2pa:stranger"
            $0.redacted = [
                "self#jumbf=/c2pa/urn:c2pa:active/c2pa.assertions/stds.schema-org.CreativeWork"
            ]
        }
        let report = try read(stranger, active)
        #expect(report.state == .invalid)
        #expect(failures(report) == ["assertion.missing"])
        #expect(report.active.results.contains("manifest.unreferenced"))
    }

    @Test("Bytes that a signer left uncovered are told")
    func uncovered() throws {
        let whole = Self.picture
        let digest = ManifestHash.sha256.digest(of: Array(whole.dropFirst(4)))
        let report = try read(
            bound { $0.assertions[1].value = HardBinding.dataHash([0..<4], digest).cbor })
        #expect(report.state == .validUnknownSigner)
        let code = "assertion.dataHash.additionalExclusionsPresent"
        #expect(
            report.active.results.all.first { $0.code == code }?.explanation.hasPrefix("4 bytes")
                == true)
    }

    @Test("Exclusions out of order, overlapping or beyond the file are refused")
    func wrongExclusions() throws {
        for exclusions in [[4..<6, 0..<2], [0..<4, 2..<6], [0..<4, 8..<1000]] {
            let report = try read(
                bound {
                    $0.assertions[1].value =
                        HardBinding.dataHash(exclusions, ManifestHash.sha256.digest(of: [])).cbor
                })
            #expect(report.state == .invalid, "\(exclusions)")
        }
    }

    @Test("A store that cannot be taken apart at all says so")
    func damagedStores() throws {
        let reader = ManifestReader(at: ManifestFixtures.moment)
        let twice = try bound().box(signer)
        for store in [
            [], [0, 0, 0, 8], CraftedManifest.store([]), CraftedManifest.store([twice, twice]),
        ] {
            #expect(throws: ManifestError.self) {
                try reader.read(sidecar: store, for: Self.picture)
            }
        }
        var compressed = CraftedManifest()
        compressed.type = "c2cm"
        let store = CraftedManifest.store([try compressed.box(signer)])
        do {
            _ = try reader.read(sidecar: store, for: Self.picture)
            Issue.record("a manifest that is called compressed and is not was read")
        } catch {
            #expect(error.reason == .damagedStore)
        }
    }
}

@Suite("Damaged manifests")
struct DamagedManifestTests {
    @Test("Every changed byte of a small manifest is refused")
    func everyByte() throws {
        let signed = try ManifestFixtures.signed(
            ManifestFixtures.smallest, into: ManifestFixtures.dot)
        let file = try ImageFile(signed.file)
        let reader = ManifestReader(at: ManifestFixtures.moment)
        #expect(try reader.read(file)?.state == .validUnknownSigner)
        for place in signed.store.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xff] {
                var store = signed.store
                store[place] ^= change
                // Embedded anew, so that no checksum of the container helps.
                guard let changed = try? file.replacingManifestStore(with: store).bytes,
                    let report = try? reader.read(ImageFile(changed))
                else { continue }
                #expect(report.state == .invalid, "byte \(place) changed by \(change)")
            }
        }
    }

    @Test(
        "Changed bytes of larger manifests and of the pictures are refused",
        .enabled(if: SharedSamples.folder != nil, "no samples"),
        arguments: [
            "iptc/rights.jpg", "iptc/rights.png", "iptc/rights.webp", "iptc/rights.tif",
        ])
    func strided(path: String) throws {
        let signed = try ManifestFixtures.signed(
            ManifestFixtures.pattern(), into: SharedSamples.bytes(path))
        let reader = ManifestReader(at: ManifestFixtures.moment)
        #expect(try reader.read(ImageFile(signed.file))?.state == .validUnknownSigner)
        var random = SeededNumbers(seed: 5)
        for start in stride(from: 0, to: signed.file.count, by: 211) {
            let place = min(start + Int.random(in: 0..<211, using: &random), signed.file.count - 1)
            var changed = signed.file
            changed[place] ^= UInt8.random(in: 1...255, using: &random)
            guard let file = try? ImageFile(changed), let report = try? reader.read(file) else {
                continue
            }
            #expect(report.state == .invalid, "byte \(place) of \(path)")
        }
    }

    @Test("No damage to a manifest store makes the reader fall over", arguments: 1...40)
    func fuzz(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let reader = ManifestReader(at: ManifestFixtures.moment)
        let inner = try ManifestFixtures.signed(
            ManifestFixtures.pattern(), into: ManifestFixtures.dot)
        var definition = ManifestFixtures.smallest
        var part = ManifestDefinition.Ingredient(
            name: "part", title: "part", relationship: .componentOf)
        part.file = try ImageFile(inner.file)
        definition.ingredients = [part]
        let store = try ManifestFixtures.signed(definition, into: ManifestFixtures.dot).store
        var survived = 0
        for _ in 0..<40 {
            var damaged = store
            for _ in 0..<Int.random(in: 1...3, using: &random) { damaged.damage(&random) }
            guard let report = try? reader.read(sidecar: damaged, for: []) else { continue }
            survived += 1
            #expect(report.state == .invalid, "seed \(seed)")
        }
        #expect(survived < 40)
    }
}
