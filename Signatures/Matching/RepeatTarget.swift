// An asset, or a part of one, as its repeat is searched for.

public import Recognition

/// An asset, or a part of one, whose repeat is searched for: what a match of it means.
public struct RepeatSubject: Sendable {
    /// The asset's id.
    public var asset: String
    /// The part's id; nil for the whole asset.
    public var component: String?
    /// What it may reach in pictures without licensed patterns; 0 before calibration.
    public var background: Double
    /// Whether a match may alert by itself.
    public var isDistinctive: Bool
    /// Colourways of the asset that are told apart by their colours, by id.
    public var colourways: [String: Palette]
}

/// An asset, or a part of one, with the signature by which its repeat is recognised.
@dynamicMemberLookup public struct RepeatTarget: Sendable {
    /// What a match of it means.
    public var subject: RepeatSubject
    /// What it is recognised by.
    public var signature: RepeatSignature

    /// A target.
    public init(
        asset: String, component: String? = nil, signature: RepeatSignature,
        background: Double = 0, isDistinctive: Bool = true, colourways: [String: Palette] = [:]
    ) {
        self.init(
            RepeatSubject(
                asset: asset, component: component, background: background,
                isDistinctive: isDistinctive, colourways: colourways), signature)
    }

    init(_ subject: RepeatSubject, _ signature: RepeatSignature) {
        self.subject = subject
        self.signature = signature
    }

    /// What a match of it means, member by member.
    public subscript<Value>(
        dynamicMember path: WritableKeyPath<RepeatSubject, Value>
    ) -> Value {
        get { subject[keyPath: path] }
        set { subject[keyPath: path] = newValue }
    }
}
