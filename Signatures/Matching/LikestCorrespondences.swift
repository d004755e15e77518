// The likest correspondences of each descriptor, kept while millions are seen.

/// The likest correspondences of each variant, the likest first.
///
/// It is filled millions of times for a picture, so it keeps plain memory of its own.
final class LikestCorrespondences {
    private let variants: DescriptorVariants
    private let most: Int
    private let counts: UnsafeMutablePointer<Int>
    private let places: UnsafeMutablePointer<Int32>
    private let products: UnsafeMutablePointer<Int32>

    init(variants: DescriptorVariants, most: Int) {
        self.variants = variants
        self.most = most
        counts = .allocate(capacity: variants.queries.count)
        counts.initialize(repeating: 0, count: variants.queries.count)
        places = .allocate(capacity: variants.queries.count * most)
        products = .allocate(capacity: variants.queries.count * most)
    }

    deinit {
        counts.deallocate()
        places.deallocate()
        products.deallocate()
    }

    @inline(__always)
    func add(_ variant: Int, _ place: Int, _ product: Int32) {
        let products = self.products + variant * most
        let places = self.places + variant * most
        var at = counts[variant]
        if at == most {
            at -= 1
            if products[at] >= product { return }
        } else {
            counts[variant] += 1
        }
        while at > 0, products[at - 1] < product {
            products[at] = products[at - 1]
            places[at] = places[at - 1]
            at -= 1
        }
        products[at] = product
        places[at] = Int32(place)
    }

    func all(licensed flips: [UInt8]) -> [Correspondence] {
        var result: [Correspondence] = []
        result.reserveCapacity(variants.queries.count * most / 2)
        for variant in variants.queries.indices {
            for slot in variant * most..<variant * most + counts[variant] {
                result.append(
                    Correspondence(
                        query: variants.queries[variant], point: places[slot],
                        flips: variants.flips[variant] ^ flips[Int(places[slot])],
                        similarity: products[slot]))
            }
        }
        return result
    }
}
