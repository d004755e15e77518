// One image of the demo world: a recipe of a few words, and the bytes that follow from it.

internal import Imaging
internal import SelvageTypes

/// An image that a shop or the mill serves: where it lies and how it is made.
///
/// A value of a few words; the bytes are made when somebody asks.
struct DemoImage: Hashable, Sendable {
    /// What is in the picture.
    enum Subject: Hashable, Sendable {
        case pattern(String)
        case lookalike(String, number: Int)
        case plain(Int)
    }

    /// What was done to it.
    enum Treatment: Hashable, Sendable {
        case whole(side: Int)
        case mirrored(side: Int)
        case turned(side: Int, quarters: Int)
        case cropped(x: Int, y: Int, side: Int)
        case retiled(count: Int, halfDrop: Bool, side: Int)
        case recoloured(tint: Int, side: Int)
        case scene(ProductScene, seed: UInt64, side: Int)
        case logo(seed: UInt64)
        case banner(seed: UInt64)
    }

    /// How it is stored; a quality of 100 means without loss.
    struct Storage: Hashable, Sendable {
        var format: ImageFormat
        var quality: Int

        static let png = Storage(format: .png, quality: 100)

        var fileExtension: String { format == .jpeg ? "jpg" : format.rawValue }
    }

    /// The path on its site.
    var path: String
    var subject: Subject
    var treatment: Treatment
    var storage: Storage

    /// The kind that the truth names.
    var kind: PictureKind {
        switch subject {
        case .lookalike: return .lookalike
        case .plain: return .plain
        case .pattern: break
        }
        switch treatment {
        case .whole(let side):
            guard side == 512 else { return .resized }
            return storage.format == .png ? .identical : .recompressed
        case .mirrored: return .mirrored
        case .turned: return .turned
        case .cropped: return .cropped
        case .retiled: return .retiled
        case .recoloured: return .recoloured
        case .scene: return .onProduct
        case .logo, .banner: return .plain
        }
    }

    /// The licensed pattern that it shows; nil for innocent pictures.
    var pattern: String? {
        guard kind.showsLicensedPattern, case .pattern(let name) = subject else { return nil }
        return name
    }

    /// The bytes of the file.
    ///
    /// - Throws: `EncodeError`, which would be a mistake of ours.
    func bytes(from tiles: TileLibrary) throws -> [UInt8] {
        let picture = picture(from: tiles)
        return switch storage.format {
        case .png, .gif, .tiff, .avif, .svg: try PictureEncoder.png(picture)
        case .jpeg: try PictureEncoder.jpeg(picture, quality: storage.quality)
        case .webp: try PictureEncoder.webp(picture, quality: storage.quality)
        }
    }

    private func picture(from tiles: TileLibrary) -> Picture {
        switch treatment {
        case .whole(let side): return tiles.tile(subject).resized(width: side, height: side)
        case .mirrored(let side):
            return tiles.tile(subject).resized(width: side, height: side).mirrored()
        case .turned(let side, let quarters):
            let picture = tiles.tile(subject).resized(width: side, height: side)
            return quarters == 1 ? picture.turned90() : picture.turned270()
        case .cropped(let x, let y, let side):
            return tiles.tile(subject).cropped(x: x, y: y, width: side, height: side)
        case .retiled(let count, let halfDrop, let side):
            return Self.retiled(tiles.tile(subject), count: count, halfDrop: halfDrop, side: side)
        case .recoloured(let tint, let side):
            return tiles.recoloured(subject, tint: tint, side: side)
        case .scene(let scene, let seed, let side):
            return scene.picture(of: tiles.tile(subject), width: side, height: side, seed: seed)
        case .logo(let seed): return Signboard.logo(seed: seed)
        case .banner(let seed): return Signboard.banner(seed: seed)
        }
    }

    /// Several repeats; with a half drop every second column starts half a repeat lower.
    private static func retiled(_ tile: Picture, count: Int, halfDrop: Bool, side: Int) -> Picture {
        let one = side / count
        let small = tile.resized(width: one, height: one)
        let twice = small.tiled(width: one, height: one * 2)
        var picture = small.tiled(width: one * count, height: one * count)
        guard halfDrop else { return picture }
        for column in stride(from: 1, to: count, by: 2) {
            let shifted = twice.cropped(x: 0, y: one / 2, width: one, height: one)
            for row in 0..<count {
                picture = picture.overlaid(with: shifted, x: column * one, y: row * one)
            }
        }
        return picture
    }
}
