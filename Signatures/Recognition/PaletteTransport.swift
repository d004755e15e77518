// The least work that turns one palette's shares into another's.

/// The earth mover's distance between two small sets of shares.
///
/// Successive shortest paths on the graph of both sets; exact but for rounding.
///
/// - Source: Y. Rubner, C. Tomasi, L. J. Guibas, *The Earth Mover's Distance as a Metric for Image
///   Retrieval* (2000).
struct PaletteTransport {
    private let costs: [[Double]]
    private var supply: [Double]
    private var demand: [Double]
    /// What is moved from each place of the first set to each of the second.
    private(set) var flows: [[Double]]

    /// - Parameters:
    ///   - supply: The first set's shares; they sum to 1, as do the second's.
    ///   - costs: Row by place of the first set, column by place of the second.
    init(from supply: [Double], to demand: [Double], costs: [[Double]]) {
        self.supply = supply
        self.demand = demand
        self.costs = costs
        flows = supply.map { _ in demand.map { _ in 0 } }
        // Every path empties a place of one side; a few more are needed when flows are taken back.
        for _ in 0..<8 * (supply.count + demand.count) {
            guard let path = shortestPath() else { break }
            push(along: path)
        }
    }

    /// The work: costs times flows.
    var work: Double {
        zip(flows, costs).reduce(0) { sum, rows in
            sum + zip(rows.0, rows.1).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// The places on the cheapest way from what is left to what is missing, by Bellman and Ford.
    ///
    /// Places of the second set are counted after those of the first.
    private func shortestPath() -> [Int]? {
        let (rows, columns) = (supply.count, demand.count)
        var cost = [Double](repeating: .infinity, count: rows + columns)
        var before = [Int](repeating: -1, count: rows + columns)
        for row in 0..<rows where supply[row] > 1e-9 { cost[row] = 0 }
        for _ in 0..<rows + columns {
            var changed = false
            for row in 0..<rows {
                for column in 0..<columns {
                    let step = costs[row][column]
                    if cost[row] + step < cost[rows + column] - 1e-12 {
                        (cost[rows + column], before[rows + column]) = (cost[row] + step, row)
                        changed = true
                    }
                    if flows[row][column] > 1e-9, cost[rows + column] - step < cost[row] - 1e-12 {
                        (cost[row], before[row]) = (cost[rows + column] - step, rows + column)
                        changed = true
                    }
                }
            }
            if !changed { break }
        }
        let open = (0..<columns).filter { demand[$0] > 1e-9 && cost[rows + $0] < .infinity }
        guard let end = open.min(by: { cost[rows + $0] < cost[rows + $1] }) else { return nil }
        var path = [rows + end]
        while let last = path.last, before[last] >= 0, path.count <= rows + columns {
            path.append(before[last])
        }
        return path.reversed()
    }

    private mutating func push(along path: [Int]) {
        guard let start = path.first, let end = path.last else { return }
        let rows = supply.count
        var amount = min(supply[start], demand[end - rows])
        for (from, to) in zip(path, path.dropFirst()) where from >= rows {
            amount = min(amount, flows[to][from - rows])
        }
        for (from, to) in zip(path, path.dropFirst()) {
            if from < rows {
                flows[from][to - rows] += amount
            } else {
                flows[to][from - rows] -= amount
            }
        }
        supply[start] -= amount
        demand[end - rows] -= amount
    }
}
