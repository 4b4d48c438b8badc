// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Rpc;

namespace Dragonfly.Scheduler.Resources;

/// <summary>A register request on its way to the task's loop.</summary>
/// <param name="Download">What is wanted; not changed any more.</param>
/// <param name="Channel">Where to answer.</param>
internal sealed record Registration(Wire.Download Download, IPeerChannel Channel);
