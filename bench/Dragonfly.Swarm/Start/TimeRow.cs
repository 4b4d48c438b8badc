// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Swarm.Start;

/// <summary>One row of the table of times.</summary>
/// <param name="What">What was timed.</param>
/// <param name="Seconds">Every run.</param>
/// <param name="Aim">What it should be.</param>
/// <param name="Original">What the original takes.</param>
/// <param name="Origin">What the origin saw, where there is one.</param>
internal sealed record TimeRow(string What, double[] Seconds, string Aim, string Original, string Origin = "");
