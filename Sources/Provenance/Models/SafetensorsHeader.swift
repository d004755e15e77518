// The header of a safetensors file: names, element types, shapes and places of its tensors.

/// The header of a safetensors file.
///
/// - Source: the format's description in github.com/huggingface/safetensors, README, "Format".
struct SafetensorsHeader: Hashable, Sendable {
    /// One tensor as the header tells it.
    struct Entry: Hashable, Sendable {
        let name: String
        let elementType: String
        let shape: [Int]
        /// The tensor's bytes, counted from the end of the header.
        let range: Range<Int>

        /// The number of elements.
        var count: Int { shape.reduce(1, *) }
    }

    /// The largest header that is read: the format's own limit.
    static let limitInBytes = 100_000_000

    /// More tensors than this are refused.
    static let tensorLimit = 1_000_000

    /// More dimensions than this are refused.
    static let dimensionLimit = 64

    /// The bits of an element, by the name of its type.
    static let bits = [
        "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8,
        "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16,
        "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64,
        "U64": 64,
    ]

    /// The tensors in the order of their bytes.
    let entries: [Entry]

    /// What `__metadata__` holds.
    let metadata: [String: String]

    /// The bytes of all tensors.
    var dataCount: Int { entries.last?.range.upperBound ?? 0 }

    /// Reads the JSON text of a header, and checks what it says.
    init(parsing json: [UInt8]) throws(ModelFileError) {
        var parser = SafetensorsParser(json)
        let (entries, metadata) = try parser.header()
        self.entries = entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        self.metadata = metadata
        var names: Set<String> = []
        var end = 0
        for entry in self.entries {
            guard names.insert(entry.name).inserted else {
                throw ModelFileError(.duplicate, "Tensor \(entry.name) stands twice in the header.")
            }
            guard entry.range.lowerBound == end else {
                throw ModelFileError(
                    .wrongOffset,
                    "Tensor \(entry.name) begins at \(entry.range.lowerBound) and not at \(end).")
            }
            try Self.checkSize(of: entry)
            end = entry.range.upperBound
        }
    }

    /// Refuses a tensor whose bytes are not as many as its shape asks for.
    private static func checkSize(of entry: Entry) throws(ModelFileError) {
        guard var size = bits[entry.elementType] else {
            throw ModelFileError(
                .unknownElementType,
                "Tensor \(entry.name) has elements of the unknown type \(entry.elementType).")
        }
        for dimension in entry.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else {
                throw ModelFileError(.wrongSize, "Tensor \(entry.name) is beyond any file's size.")
            }
            size = product
        }
        guard size % 8 == 0, size / 8 == entry.range.count else {
            throw ModelFileError(
                .wrongSize,
                "Tensor \(entry.name) has \(entry.range.count) bytes where its shape asks for others."
            )
        }
    }
}
