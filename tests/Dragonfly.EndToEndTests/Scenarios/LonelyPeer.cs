// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>A scheduler and two peers without a seed.</summary>
public sealed class LonelyPeer : Swarm
{
    /// <inheritdoc/>
    public override ValueTask InitializeAsync() => new(StartClusterAsync(plan => plan.Seeds = 0));
}
