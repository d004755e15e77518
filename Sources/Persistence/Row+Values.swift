// Reading columns so that a damaged file is an error, never the end of the process.

internal import GRDB

extension Row {
    /// The value of a column.
    ///
    /// GRDB's subscript stops the program when a column holds something else than expected, which
    /// flipped bits on a disk can bring about.
    ///
    /// - Throws: `RowDecodingError`, which becomes a `StoreError` with `.damaged`.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }

    /// The value of a column by its place.
    func value<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
        try decode(Value.self, atIndex: index)
    }
}
