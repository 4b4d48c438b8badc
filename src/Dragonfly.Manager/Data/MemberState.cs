// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>The words of the column <c>state</c>, which also go over the wire.</summary>
internal static class MemberState
{
    internal const string Active = "active";
    internal const string Inactive = "inactive";
}
