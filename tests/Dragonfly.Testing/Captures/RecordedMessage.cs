// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Dragonfly.Testing.Captures;

/// <summary>One recorded message.</summary>
/// <param name="At">Seconds from the start of the file.</param>
/// <param name="Stream">Connection and stream.</param>
/// <param name="IsFromClient">Its direction.</param>
/// <param name="Bytes">The protobuf bytes.</param>
/// <param name="Json">The same, decoded.</param>
public sealed record RecordedMessage(double At, string Stream, bool IsFromClient, byte[] Bytes, JsonNode Json);
