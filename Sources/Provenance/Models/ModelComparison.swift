// How much of a registered model is found again in another weight file.

internal import Foundation

/// How much of a registered model a found weight file holds.
///
/// The measures answer different questions and are kept apart. Names and shapes tell the
/// architecture, which every fine-tuned sibling shares. Bytes and signs tell the weights: equal
/// bytes are a copy; signs that agree far beyond chance are the same weights rounded, scaled or
/// trained further, or a common ancestor, which is to be compared as well.
public struct ModelComparison: Hashable, Sendable {
    /// Whether the files are the same, byte for byte.
    public let isSameFile: Bool

    /// The share of the registered tensors whose name, element type and shape the found file has.
    public let equalEntries: Double

    /// The share of the registered tensors whose name and shape the found file has.
    public let equalShapes: Double

    /// The share of the registered tensors whose bytes the found file has, under any name.
    public let equalContents: Double

    /// How many sampled elements of tensors of the same name and shape have the same sign.
    public let agreeingSigns: Int

    /// How many sampled elements of tensors of the same name and shape could be compared.
    public let comparedSigns: Int

    /// How many registered tensors have their shape and all 64 signs under another name only.
    public let renamedTensors: Int

    /// How many pairs of tensors were looked at for renamed ones.
    private let pairCount: Double

    /// Compares a found file with a registered model.
    ///
    /// Signs count only where they are balanced (a fourth to three fourths negative in both):
    /// signs that are mostly alike in every model, as of scales, say nothing.
    public init(of found: ModelFile, with registered: ModelFile) {
        isSameFile = found.digest == registered.digest
        pairCount = Double(registered.tensors.count) * Double(found.tensors.count)
        let byName = [String: ModelFile.Tensor](
            found.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let contents = Set(found.tensors.map(\.digest))
        let outlines = Set(found.tensors.compactMap { Outline($0) })
        var (entries, shapes, equal, agreeing, compared, renamed) = (0, 0, 0, 0, 0, 0)
        for tensor in registered.tensors {
            if contents.contains(tensor.digest) { equal += 1 }
            let outline = Outline(tensor)
            guard let other = byName[tensor.name], other.shape == tensor.shape else {
                if let outline, outlines.contains(outline) { renamed += 1 }
                continue
            }
            shapes += 1
            if other.elementType == tensor.elementType { entries += 1 }
            if let outline, let another = Outline(other) {
                agreeing += 64 - (outline.signs ^ another.signs).nonzeroBitCount
                compared += 64
            }
        }
        let total = Double(max(1, registered.tensors.count))
        equalEntries = Double(entries) / total
        equalShapes = Double(shapes) / total
        equalContents = Double(equal) / total
        (agreeingSigns, comparedSigns, renamedTensors) = (agreeing, compared, renamed)
    }

    /// A bound on the chance that independent weights agree as much in their signs.
    ///
    /// The smaller of two bounds, doubled because there are two: Hoeffding's inequality,
    /// exp(-2 n (p - 1/2)²), for n fair independent signs of which the share p agrees; and the
    /// expected number of pairs that agree in all 64 signs, when any tensor was found renamed.
    /// Fairness is seen to by the balance; independence is an assumption, which a common ancestor
    /// of both models breaks.
    public var chance: Double {
        var bound = 0.5
        if comparedSigns > 0 {
            let excess = max(0, Double(agreeingSigns) / Double(comparedSigns) - 0.5)
            bound = exp(-2 * Double(comparedSigns) * excess * excess)
        }
        if renamedTensors > 0 { bound = min(bound, pairCount * exp2(-63)) }
        return min(1, 2 * bound)
    }

    /// Shape and signs, by which a renamed tensor is found again.
    private struct Outline: Hashable {
        let shape: [Int]
        let signs: UInt64

        init?(_ tensor: ModelFile.Tensor) {
            guard let signs = tensor.signs, (16...48).contains(signs.nonzeroBitCount) else {
                return nil
            }
            shape = tensor.shape
            self.signs = signs
        }
    }
}
