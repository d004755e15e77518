// A licensed pattern of the demo: what it is called, what it rests on, and how it is drawn.

public import SelvageTypes

/// A pattern of the demo's studio, drawn by our own generator.
///
/// The tile repeats without a seam in both directions, and its bytes are the same on every machine:
/// the generator uses integers and the operations that IEEE 754 fixes to the bit.
public struct DemoPattern: Sendable {
    /// The six families of the collection.
    public enum Family: String, Hashable, Sendable, CaseIterable {
        case floral, geometric, damask, stripe, tossed, texture
    }

    typealias Painter = @Sendable (inout TileCanvas, inout SplitMix, [Colour]) -> Void

    /// The last part of the asset's id: `fern-trellis`.
    public let name: String
    /// The name people use.
    public let title: String
    /// Which of the six families.
    public let family: Family
    /// What the studio licenses, with components and rights; image and digest are left open.
    public let asset: Asset

    private let inks: [Colour]
    private let seed: SplitMix
    private let painter: Painter

    /// A pattern; the seed follows from the name, so that renaming is redesigning.
    init(
        _ name: String, _ title: String, _ family: Family, inks: [Int],
        basis: DemoRights = .designed, painter: @escaping Painter
    ) {
        self.name = name
        self.title = title
        self.family = family
        self.inks = inks.map { Colour($0) }
        self.painter = painter
        seed = SplitMix(naming: name)
        asset = basis.asset(name: name, title: title)
    }

    /// The asset's id: `https://assets.example/patterns/NAME`.
    public var id: String { asset.id }

    /// The file inside the catalogue folder: `images/NAME.png`.
    public var imagePath: String { "images/\(name).png" }

    /// One seamless repeat.
    ///
    /// - Parameter side: Columns and rows; 512 is the licensed file.
    /// - Complexity: About 10 ms for 512 in a release build.
    public func tile(side: Int = 512) -> Picture {
        drawn(side: side, seed: seed, inks: inks)
    }

    /// The same drawing in other colours, as an infringer would have it: same shapes, inks changed
    /// round, and tinted.
    func recoloured(side: Int, tint: Int) -> Picture {
        let turned = [inks[0]] + inks.dropFirst(2) + [inks[1]]
        return drawn(side: side, seed: seed, inks: turned.map { $0.mixed(Colour(tint), 0.38) })
    }

    /// A drawing of the same kind that is nobody's licensed pattern: other places, other colours.
    func lookalike(_ number: Int, side: Int) -> Picture {
        var other = SplitMix(naming: "\(name) lookalike \(number)")
        let tint = Colour(Int(other.next() & 0xffffff))
        let start = 1 + other.below(3)
        let turned = [inks[0]] + (0..<4).map { inks[1 + ($0 + start) % 4] }
        // A damask or a stripe drawn again is the same drawing in other inks, and a tossed one shows
        // the same motifs: neither is innocent. A texture with another seed is one of its own.
        let textures = Self.collection.filter { $0.family == .texture }
        let drawing = family == .texture ? self : textures[other.below(textures.count)]
        return drawing.drawn(side: side, seed: other, inks: turned.map { $0.mixed(tint, 0.3) })
    }

    private func drawn(side: Int, seed: SplitMix, inks: [Colour]) -> Picture {
        var canvas = TileCanvas(side: side, ground: inks[0])
        var random = seed
        painter(&canvas, &random, inks)
        return canvas.picture
    }
}

/// What a pattern's claim rests on, and who owns its parts.
enum DemoRights {
    /// Drawn by a named person: copyright everywhere, a registered design in Germany.
    case designed
    /// A person's motif on a texture that a model made; the texture is protected by contract only.
    case hybrid
    /// Made by a model alone: contract only.
    case generated

    func asset(name: String, title: String) -> Asset {
        let id = "https://assets.example/patterns/\(name)"
        let studio = DemoParty.studioMarlow.id
        let grain = DemoParty.grainfieldModels.id
        let drawn = RightReliedOn(
            kind: .copyright, jurisdiction: "*", basis: "drawn by A. Marlow, studio archive")
        let agreed = RightReliedOn(
            kind: .contract, jurisdiction: "*", basis: "made by a model; licence terms only")
        switch self {
        case .designed:
            let design = RightReliedOn(
                kind: .unregisteredDesign, jurisdiction: "GB", basis: "first shown in London, 2024")
            return Asset(id: id, licensor: studio, title: title, rights: [drawn, design])
        case .hybrid:
            let parts = [
                Asset.Component(id: "\(id)#motif", role: "motif", owner: studio),
                Asset.Component(id: "\(id)#texture", role: "texture", owner: grain),
            ]
            return Asset(id: id, licensor: studio, title: title, components: parts, rights: [drawn])
        case .generated:
            return Asset(id: id, licensor: studio, title: title, rights: [agreed])
        }
    }
}
