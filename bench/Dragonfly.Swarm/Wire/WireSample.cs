// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Swarm.Wire;

/// <summary>One transfer.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="ServerCpu">CPU seconds of the side that sends.</param>
/// <param name="ClientCpu">CPU seconds of the side that receives, all its processes.</param>
/// <param name="ServerPeak">Highest resident set of the side that sends so far.</param>
/// <param name="ClientPeak">The same of the side that receives.</param>
internal sealed record WireSample(double Seconds, double ServerCpu, double ClientCpu, long ServerPeak, long ClientPeak);
