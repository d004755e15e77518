// A signer, a definition and pictures that the tests of manifests share.

import Foundation
import Provenance
import SelvageTypes

/// A source of numbers that gives the same ones for the same seed.
///
/// - Source: SplitMix64, G. Steele et al. (2014).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

enum ManifestFixtures {
    /// 2026-11-24T03:00:00Z.
    static let moment = Instant(seconds: 1_795_489_200)

    /// An hour ago: c2pa-python asks the system's clock whether certificates are valid.
    static let lately = Instant(seconds: Date().timeIntervalSince1970.rounded() - 3600)

    static func certificates(
        _ kind: DevelopmentCertificates.Kind = .p256, seed: UInt64 = 1, days: Int = 398,
        at moment: Instant = moment
    ) throws -> DevelopmentCertificates {
        var random = SeededNumbers(seed: seed)
        return try DevelopmentCertificates.make(
            organisation: "Studio Marlow", name: "Studio Marlow sealing", kind: kind, at: moment,
            days: days, using: &random)
    }

    static func signer(_ certificates: DevelopmentCertificates) throws -> ManifestSigner {
        try ManifestSigner(
            key: ManifestSigner.Key(pem: certificates.key), chain: certificates.chain)
    }

    /// A pattern of two components, made with a model and a data set.
    static func pattern() throws -> ManifestDefinition {
        typealias Action = ManifestDefinition.Action
        let generator = ManifestDefinition.Program(name: "selvage", version: "0.2.0")
        let agent = ManifestDefinition.Program(name: "texture-model", version: "3.2.1")
        var definition = ManifestDefinition(
            title: "fern-trellis", generator: generator,
            actions: [
                Action(
                    "c2pa.created", when: moment,
                    digitalSourceType: .compositeWithTrainedAlgorithmicMedia, softwareAgent: agent,
                    ingredients: ["model", "data"]),
                Action("c2pa.placed", ingredients: ["motif"]),
                Action("c2pa.placed", ingredients: ["texture"]),
                Action(
                    "c2pa.edited", when: moment, digitalSourceType: .humanEdits,
                    description: "repeat closed by hand"),
            ])
        definition.ingredients = ingredients()
        definition.trainingMining = [
            TrainingMiningEntry(name: "cawg.ai_training", use: "notAllowed"),
            TrainingMiningEntry(
                name: "cawg.data_mining", use: "constrained",
                constraintInfo: "https://licences.example/agreements/001"),
        ]
        definition.softBindings = [
            ManifestDefinition.SoftBinding(
                algorithm: "io.iscc.v0",
                value: "ISCC:EED7QJ6KFWINBRPHPKCY7B6YLYUQ3J5AYK24PMCZWOS7EHGTQV4E5UI"),
            ManifestDefinition.SoftBinding(
                algorithm: ManifestDefinition.SoftBinding.markAlgorithm, value: "5f3759df00c0ffee"),
        ]
        definition.contribution = try contribution()
        definition.metadata = [
            "@context": ["dc": "http://purl.org/dc/elements/1.1/"],
            "dc:creator": ["Studio Marlow"], "dc:rights": "(c) 2026 Studio Marlow",
        ]
        return definition
    }

    private static func ingredients() -> [ManifestDefinition.Ingredient] {
        typealias Ingredient = ManifestDefinition.Ingredient
        var motif = Ingredient(name: "motif", title: "fern motif", relationship: .componentOf)
        motif.format = "image/png"
        motif.description = "hand-drawn motif, owner studio-marlow"
        motif.digitalSourceType = .digitalCreation
        var texture = Ingredient(
            name: "texture", title: "linen texture", relationship: .componentOf)
        texture.digitalSourceType = .trainedAlgorithmicMedia
        var model = Ingredient(name: "model", title: "texture-model", relationship: .inputTo)
        model.dataTypes = ["c2pa.types.model"]
        model.version = "3.2.1"
        model.informationalURI = "https://models.example/texture-model"
        var data = Ingredient(name: "data", title: "linen-2025", relationship: .inputTo)
        data.dataTypes = ["c2pa.types.dataset"]
        return [motif, texture, model, data]
    }

    private static func contribution() throws -> Contribution {
        var contribution = try Contribution(
            method: "weighted-edit-area",
            basis: [
                Contribution.Part(
                    component: "motif", humanShare: "1.00", weight: "0.50", right: .copyright),
                Contribution.Part(
                    component: "texture", humanShare: "0.10", weight: "0.30", right: .contract),
                Contribution.Part(
                    component: "layout", humanShare: "0.45", weight: "0.20", right: .copyright),
            ])
        contribution.models = [Contribution.Model(name: "texture-model", version: "3.2.1")]
        contribution.datasets = [Contribution.DataSet(name: "linen-2025")]
        return contribution
    }

    /// A definition that says as little as may be said.
    static var smallest: ManifestDefinition {
        ManifestDefinition(
            title: "dot", generator: ManifestDefinition.Program(name: "selvage"),
            actions: [
                ManifestDefinition.Action("c2pa.created", digitalSourceType: .digitalCreation)
            ])
    }

    /// A PNG of one pixel.
    static let dot: [UInt8] = Array(
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
                + "awAAAABJRU5ErkJggg==") ?? Data())

    static func signed(
        _ definition: ManifestDefinition, into bytes: [UInt8], seed: UInt64 = 7,
        _ certificates: DevelopmentCertificates? = nil, at moment: Instant = moment
    ) throws -> SignedManifest {
        var random = SeededNumbers(seed: seed)
        let certificates = try certificates ?? Self.certificates()
        return try ManifestWriter(definition, signer: signer(certificates)).sign(
            ImageFile(bytes), at: moment, using: &random)
    }

    static func read(
        _ bytes: [UInt8], anchors: TrustAnchors = .none, at moment: Instant = moment
    ) throws -> ManifestReport? {
        try ManifestReader(anchors: anchors, at: moment).read(ImageFile(bytes))
    }
}
