// Manifests put together by hand, so that they can be wrong in one chosen way.

import Foundation
import SelvageTypes

@testable import Provenance

/// A manifest whose parts can be chosen one by one.
struct CraftedManifest {
    var label = "urn:c2pa:00000000-0000-4000-8000-000000000001"
    var type = "c2ma"
    var assertions: [(label: String, value: CBORValue)] = [("c2pa.actions.v2", Self.created)]
    /// Assertions that the claim lists and that are not in the store.
    var missing: [(label: String, value: CBORValue)] = []
    /// Assertions that are in the store and that the claim does not list.
    var undeclared: [(label: String, value: CBORValue)] = []
    var redacted: [String] = []
    var signatureURL: String?
    var claimCount = 1
    var isSigned = true
    /// Claim version 1, with the names that it has for things.
    var isFirstVersion = false
    /// Puts something into the unprotected header, given what the signature is over.
    var stamp: ((COSESign1, _ claim: [UInt8]) throws -> CBORValue)?

    static let created = CBORValue(members: [
        (
            "actions",
            .array([
                CBORValue(members: [
                    ("action", .text("c2pa.created")),
                    ("digitalSourceType", .text(DigitalSourceType.digitalCreation.iri)),
                ])
            ])
        )
    ])

    static func ingredient(
        _ label: String, hash: [UInt8] = [UInt8](repeating: 0, count: 32)
    ) -> CBORValue {
        CBORValue(members: [
            ("activeManifest", HashedURI(url: "self#jumbf=/c2pa/\(label)", hash: hash).cbor),
            ("dc:title", .text("part")), ("relationship", .text("componentOf")),
        ])
    }

    private static func box(_ label: String, _ value: CBORValue) -> JUMBFBox {
        JUMBFBox(
            type: JUMBFBox.type("cbor"), label: label,
            contents: [.box("cbor", value.deterministicallyEncoded)])
    }

    /// The manifest's box, signed by a signer that nobody knows.
    func box(
        _ signer: ManifestSigner, _ moment: Instant = ManifestFixtures.moment
    ) throws -> JUMBFBox {
        let present = assertions.map { Self.box($0.label, $0.value) }
        let listed = present + missing.map { Self.box($0.label, $0.value) }
        let claim = CBORValue(members: [
            ("alg", .text("sha256")),
            ("claim_generator", isFirstVersion ? .text("by hand") : nil),
            ("claim_generator_info", CBORValue(members: [("name", .text("by hand"))])),
            (
                isFirstVersion ? "assertions" : "created_assertions",
                .array(
                    listed.map { box in
                        HashedURI(
                            url: "self#jumbf=c2pa.assertions/\(box.label)",
                            hash: ManifestHash.sha256.digest(of: box.encodedPayload)
                        ).cbor
                    })
            ),
            ("instanceID", .text("xmp:iid:0")),
            (
                "redacted_assertions",
                redacted.isEmpty ? nil : .array(redacted.map { .text($0) })
            ),
            ("signature", .text(signatureURL ?? "self#jumbf=/c2pa/\(label)/c2pa.signature")),
        ]).deterministicallyEncoded
        let all = present + undeclared.map { Self.box($0.label, $0.value) }
        var parts = [
            JUMBFBox(
                type: JUMBFBox.type("c2as"), label: "c2pa.assertions",
                contents: all.map { .superbox($0) })
        ]
        for index in 0..<claimCount {
            parts.append(
                JUMBFBox(
                    type: JUMBFBox.type("c2cl"),
                    label: (isFirstVersion ? "c2pa.claim" : "c2pa.claim.v2")
                        + (index == 0 ? "" : "__\(index)"),
                    contents: [.box("cbor", claim)]))
        }
        if isSigned {
            var signature = try signer.sign(claim, at: moment)
            if let stamp {
                signature = COSESign1(
                    protected: signature.protected, unprotected: try stamp(signature, claim),
                    signature: signature.signature)
            }
            parts.append(
                JUMBFBox(
                    type: JUMBFBox.type("c2cs"), label: "c2pa.signature",
                    contents: [.box("cbor", signature.encoded)]))
        }
        return JUMBFBox(
            type: JUMBFBox.type(type), label: label, contents: parts.map { .superbox($0) })
    }

    /// A store of manifests, the last one active.
    static func store(_ manifests: [JUMBFBox]) -> [UInt8] {
        JUMBFBox(
            type: JUMBFBox.type("c2pa"), label: "c2pa", contents: manifests.map { .superbox($0) }
        ).encoded
    }

    /// A binding to a file that the store stands beside.
    static func binding(to bytes: [UInt8]) -> (label: String, value: CBORValue) {
        ("c2pa.hash.data", HardBinding.dataHash([], ManifestHash.sha256.digest(of: bytes)).cbor)
    }
}
