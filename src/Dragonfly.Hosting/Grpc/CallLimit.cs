// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Grpc;

/// <summary>How many calls a server admits.</summary>
/// <param name="RequestsPerSecond">Calls admitted a second; 0 for no limit.</param>
/// <param name="Waiting">Calls that may wait for their turn; more are answered RESOURCE_EXHAUSTED.</param>
public readonly record struct CallLimit(int RequestsPerSecond, int Waiting);
