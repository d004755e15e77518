// Reads a weight file in pieces, so that gigabytes need no memory.

internal import struct Crypto.SHA256
internal import SelvageTypes

/// Reads a weight file piece by piece.
///
/// Only the header is kept in memory, up to the format's limit of 100 MB. A broken header is no
/// failure of the reading: the digest still recognises the file, and the fault is told.
public struct ModelFileReader: Sendable {
    private enum Phase {
        /// Still collecting the length and the header.
        case head
        case tensors
        /// Not safetensors, or not sound: only the digest goes on.
        case opaque
    }

    private var phase = Phase.head
    private var whole = SHA256()
    private var byteCount = 0
    private var head: [UInt8] = []
    private var header: SafetensorsHeader?
    private var fault: ModelFileError?
    private var tensors: [ModelFile.Tensor] = []
    private var current = TensorReader()

    /// Where in the tensors' bytes the reading is.
    private var position = 0

    public init() {}

    /// Takes the next piece of the file.
    public mutating func append(_ piece: some Collection<UInt8>) {
        var rest = [UInt8](piece)[...]
        whole.update(data: rest)
        byteCount += rest.count
        if phase == .head { collectHead(&rest) }
        if phase == .tensors { readTensors(rest) }
    }

    /// The file, after its last piece.
    public consuming func finish() -> ModelFile {
        if phase == .head, let length, length <= SafetensorsHeader.limitInBytes, head.count > 8,
            Self.beginsJSON(head[8])
        {
            fault = ModelFileError(.wrongLength, "The file ends inside its header.")
        }
        if phase == .tensors, let header, position != header.dataCount {
            fault = ModelFileError(
                .wrongLength,
                "The file has \(position) bytes of tensors where its header tells \(header.dataCount)."
            )
        }
        let isSound = phase == .tensors && fault == nil
        return ModelFile(
            digest: Digest(whole), byteCount: byteCount,
            tensors: isSound ? tensors.sorted { $0.name < $1.name } : [],
            metadata: header?.metadata ?? [:], fault: fault)
    }

    /// The length of the header, as soon as it is known.
    private var length: Int? {
        guard head.count >= 8 else { return nil }
        return Int(exactly: head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// Whether a header may begin so; the format wants a brace, its readers let white space pass.
    private static func beginsJSON(_ byte: UInt8) -> Bool {
        [UInt8(ascii: "{"), 0x20, 0x09, 0x0A, 0x0D].contains(byte)
    }

    /// Collects the header from the front of a piece, and reads it when it is whole.
    private mutating func collectHead(_ rest: inout ArraySlice<UInt8>) {
        take(9, from: &rest)
        guard head.count >= 9 else { return }
        guard let length, length <= SafetensorsHeader.limitInBytes, length >= 2,
            Self.beginsJSON(head[8])
        else {
            phase = .opaque
            head = []
            return
        }
        take(8 + length, from: &rest)
        guard head.count == 8 + length else { return }
        do throws(ModelFileError) {
            let header = try SafetensorsHeader(parsing: [UInt8](head[8...]))
            self.header = header
            phase = .tensors
            openNext()
        } catch {
            fault = error
            phase = .opaque
        }
        head = []
    }

    private mutating func take(_ count: Int, from rest: inout ArraySlice<UInt8>) {
        let missing = max(0, count - head.count)
        head += rest.prefix(missing)
        rest = rest.dropFirst(missing)
    }

    /// Opens the next tensor; those without bytes are done at once.
    private mutating func openNext() {
        guard let entries = header?.entries else { return }
        while tensors.count < entries.count {
            current = TensorReader(entries[tensors.count])
            guard entries[tensors.count].range.isEmpty else { return }
            tensors.append(current.finish(entries[tensors.count]))
        }
    }

    private mutating func readTensors(_ bytes: ArraySlice<UInt8>) {
        guard let entries = header?.entries else { return }
        var rest = bytes
        while !rest.isEmpty, tensors.count < entries.count {
            let entry = entries[tensors.count]
            let part = rest.prefix(entry.range.upperBound - position)
            current.append(part)
            position += part.count
            rest = rest.dropFirst(part.count)
            if position == entry.range.upperBound {
                tensors.append(current.finish(entry))
                openNext()
            }
        }
        // Bytes behind the last tensor are counted, so that the end tells of them.
        position += rest.count
    }
}

/// Reads the bytes of one tensor.
private struct TensorReader {
    private var content = SHA256()
    private var position = 0
    private var signs: UInt64 = 0
    private var sampled = 0
    private var count = 0
    private var width = 0

    init() {}

    init(_ entry: SafetensorsHeader.Entry) {
        let signed: Set = [
            "F16", "BF16", "F32", "F64", "F8_E5M2", "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "I8",
            "I16", "I32", "I64",
        ]
        guard entry.shape.count > 1, entry.count >= 1_024, signed.contains(entry.elementType) else {
            return
        }
        count = entry.count
        width = entry.range.count / entry.count
    }

    /// The place of the byte with the sign of a sampled element: its last one.
    private func place(of sample: Int) -> Int {
        // The middle of the sample's part of 64, without a product that could overflow.
        let index = count / 128 * (2 * sample + 1) + count % 128 * (2 * sample + 1) / 128
        return index * width + width - 1
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        content.update(data: bytes)
        while width > 0, sampled < 64 {
            let offset = place(of: sampled) - position
            guard offset < bytes.count else { break }
            signs |= UInt64(bytes[bytes.startIndex + offset] >> 7) << UInt64(sampled)
            sampled += 1
        }
        position += bytes.count
    }

    func finish(_ entry: SafetensorsHeader.Entry) -> ModelFile.Tensor {
        ModelFile.Tensor(
            name: entry.name, elementType: entry.elementType, shape: entry.shape,
            digest: Digest(content), signs: width > 0 ? signs : nil)
    }
}

extension Digest {
    /// The digest of what was hashed.
    fileprivate init(_ hash: SHA256) {
        guard let digest = Digest(rawBytes: [UInt8](hash.finalize())) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        self = digest
    }
}
