// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Dynamic;

/// <summary>What one scheduler cluster asks of its dfdaemons. Immutable.</summary>
/// <param name="ClientBlockList">What normal peers must refuse.</param>
/// <param name="SeedClientBlockList">What seed peers must refuse.</param>
public sealed record ClusterRules(BlockList ClientBlockList, BlockList SeedClientBlockList);
