// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>One header or trailer; names are in lower case, as HTTP/2 wants them.</summary>
internal readonly record struct HpackHeader(string Name, string Value);
