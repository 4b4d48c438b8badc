// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>What one child costs one parent's host (reference/server.md §2.2: edge add and remove).</summary>
/// <param name="BandwidthBits">Concurrent pieces × piece length × 8.</param>
/// <param name="ContentBytes">Length of the task; 0 while unknown.</param>
/// <param name="Pieces">Pieces that the child fetches at once.</param>
internal readonly record struct EdgeLoad(long BandwidthBits, long ContentBytes, int Pieces);
