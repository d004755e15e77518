// How much of a work is a person's, with the basis from which anyone can compute it again.

public import Foundation
public import SelvageTypes

/// The share of human work in an asset: the assertion `org.selvage.contribution`.
///
/// The coefficient is the sum of weight times share over the parts of the basis. All numbers are
/// decimal strings, so that a reader computes exactly what the writer did.
public struct Contribution: Hashable, Sendable, Codable {
    /// The assertion's label.
    public static let label = "org.selvage.contribution"

    /// One part of the basis.
    public struct Part: Hashable, Sendable, Codable {
        /// Such as `motif`.
        public var component: String
        /// The human share of this part, from 0 to 1.
        public var humanShare: String
        /// How much this part counts, from 0 to 1.
        public var weight: String
        /// What a claim about this part rests on, such as `copyright`.
        public var right: RightReliedOn.Kind?

        /// One part of the basis.
        public init(
            component: String, humanShare: String, weight: String, right: RightReliedOn.Kind? = nil
        ) {
            (self.component, self.humanShare) = (component, humanShare)
            (self.weight, self.right) = (weight, right)
        }
    }

    /// A model that took part.
    public struct Model: Hashable, Sendable, Codable {
        /// What it is called.
        public var name: String
        /// Its version.
        public var version: String?
        /// SHA-256 of its weights, in hexadecimal.
        public var sha256: String?

        /// A model that took part.
        public init(name: String, version: String? = nil, sha256: String? = nil) {
            (self.name, self.version, self.sha256) = (name, version, sha256)
        }
    }

    /// A set of data that a model was made from.
    public struct DataSet: Hashable, Sendable, Codable {
        /// What it is called.
        public var name: String
        /// Where its licence stands.
        public var licence: String?
        /// SHA-256 of it, in hexadecimal.
        public var sha256: String?

        /// A set of data.
        public init(name: String, licence: String? = nil, sha256: String? = nil) {
            (self.name, self.licence, self.sha256) = (name, licence, sha256)
        }
    }

    /// The form of this assertion; `1`.
    public var version = "1"
    /// The share of human work, from 0 to 1.
    public var humanCoefficient: String
    /// How the shares were found, such as `weighted-edit-area`.
    public var method: String
    /// What the coefficient was computed from.
    public var basis: [Part]
    /// The models that took part.
    public var models: [Model]?
    /// The sets of data that they were made from.
    public var datasets: [DataSet]?
    /// Where the licence of the whole stands.
    public var policy: String?

    /// A contribution whose coefficient is computed from its basis.
    ///
    /// - Throws: `ManifestError` when a number of the basis is not a decimal from 0 to 1, or the
    ///   weights do not add up to 1.
    public init(method: String, basis: [Part]) throws(ManifestError) {
        self.method = method
        self.basis = basis
        humanCoefficient = ""
        guard let computed else {
            throw ManifestError(
                .unusableDefinition,
                "The basis of the human coefficient needs decimal shares and weights from 0 to 1, "
                    + "and weights that add up to 1.")
        }
        humanCoefficient = "\(computed)"
    }

    /// The coefficient that the basis gives; nil when a number is not a decimal from 0 to 1, or the
    /// weights do not add up to 1.
    public var computed: Decimal? {
        guard !basis.isEmpty, basis.count <= 1000 else { return nil }
        var sum = Decimal(0)
        var weights = Decimal(0)
        for part in basis {
            guard let share = Self.fraction(part.humanShare),
                let weight = Self.fraction(part.weight)
            else { return nil }
            sum += share * weight
            weights += weight
        }
        return weights == 1 ? sum : nil
    }

    /// Whether the stated coefficient is the one that the basis gives.
    public var isRecomputable: Bool {
        computed.map { $0 == Self.fraction(humanCoefficient) } ?? false
    }

    private static func fraction(_ text: String) -> Decimal? {
        guard text.utf8.count <= 20, text.wholeMatch(of: /[01](\.[0-9]+)?/) != nil,
            let number = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")),
            number <= 1
        else { return nil }
        return number
    }
}
