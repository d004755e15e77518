// From what recognition says about a picture to where its marks' tiles lie.

public import SelvageTypes

extension HostTiles {
    /// The tiles of the assets that were recognised in a picture.
    ///
    /// - Parameters:
    ///   - matches: The likeliest first; those whose tiles or place are not known say nothing.
    ///   - tiles: How a mark lies on the file of a match's asset.
    public static func of(
        _ matches: some Sequence<Match>, in picture: Picture,
        tiles: (Match) -> AssetSeal.MarkTiles?
    ) -> [HostTiles] {
        matches.compactMap { match in
            guard let counts = tiles(match), let edges = edges(of: match, in: picture) else {
                return nil
            }
            return HostTiles(counts, across: edges.across, down: edges.down)
        }
    }

    /// The movements along the upper and the left edge of the licensed file, in pixels of a picture.
    private static func edges(
        of match: Match, in picture: Picture
    ) -> (across: SIMD2<Double>, down: SIMD2<Double>)? {
        if let placement = match.placement {
            return (
                SIMD2(placement.across.x, placement.across.y),
                SIMD2(placement.down.x, placement.down.y)
            )
        }
        let right = SIMD2(Double(picture.width), 0), lower = SIMD2(0, Double(picture.height))
        // What the whole picture shows, it shows from edge to edge.
        return switch match.symmetry {
        case .asIs: (right, lower)
        case .turn90: (-lower, right)
        case .turn180: (-right, -lower)
        case .turn270: (lower, -right)
        case .mirrored: (-right, lower)
        case .flipped: (right, -lower)
        case .transposed: (lower, right)
        case .antiTransposed: (-lower, -right)
        case nil: nil
        }
    }
}
