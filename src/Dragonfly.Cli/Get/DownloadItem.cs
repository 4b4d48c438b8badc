// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Get;

/// <summary>One thing to fetch: URL and the path as the user gave it.</summary>
internal readonly record struct DownloadItem(string Url, string Output);
