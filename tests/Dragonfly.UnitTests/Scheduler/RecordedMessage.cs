// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>One recorded message.</summary>
internal sealed record RecordedMessage(double At, string Stream, bool IsFromClient, byte[] Bytes, JsonNode Json);
