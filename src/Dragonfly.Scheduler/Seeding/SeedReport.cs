// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Seeding;

/// <summary>What is heard of a seed's download.</summary>
/// <param name="Outcome">How it stands.</param>
/// <param name="ContentLength">The length of the content if the seed said it; else null.</param>
/// <param name="Detail">For people.</param>
internal sealed record SeedReport(SeedOutcome Outcome, long? ContentLength = null, string Detail = "");
