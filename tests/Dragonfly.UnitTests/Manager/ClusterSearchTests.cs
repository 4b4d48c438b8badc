// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Membership;

namespace Dragonfly.UnitTests.Manager;

public sealed class ClusterSearchTests
{
    [Fact]
    public void A5_the_originals_combined_table_has_its_exact_order()
    {
        SchedulerCluster[] clusters =
        [
            Cluster("foo", """{"idc":"idc-3","location":"location-1"}"""),
            Cluster("bar", """{"idc":"idc-1","location":"location-3"}"""),
            Cluster("baz", """{"idc":"idc-1","location":"location-1|location-2"}"""),
            Cluster("bax", """{"idc":"idc-3","location":"location-3"}""", isDefault: true),
            Cluster("bac", """{"idc":"idc-1","location":"location-2"}"""),
        ];
        Assert.Equal(["baz", "bar", "bac", "foo", "bax"], Order(clusters, new PeerTraits("foo", "128.168.1.0", "idc-1", "location-1|location-2")));
    }

    [Fact]
    public void A5_cidr_and_hostname_clusters_come_before_idc_and_location()
    {
        SchedulerCluster[] clusters =
        [
            Cluster("default", "{}", isDefault: true),
            Cluster("location", """{"location":"cn|zj|hz"}"""),
            Cluster("idc", """{"idc":"a|idc-1"}"""),
            Cluster("hostname", """{"hostnames":["^h.*[0-9]$"],"location":"cn"}"""),
            Cluster("cidr", """{"cidrs":["10.0.0.0/8"],"idc":"idc-1"}"""),
            Cluster("nothing", "{}"),
        ];
        Assert.Equal(
            ["cidr", "hostname", "idc", "location", "default", "nothing"],
            Order(clusters, new PeerTraits("host1", "10.1.2.3", "IDC-1", "cn|zj|hz")));
    }

    [Theory]
    [InlineData("10.1.2.3", 1)]
    [InlineData("::ffff:10.0.0.1", 1)]
    [InlineData("11.0.0.1", 0)]
    [InlineData("not an address", 0)]
    public void A5_addresses_match_prefixes_also_when_mapped(string ip, double score) =>
        Assert.Equal(score, ClusterSearch.Cidr(["nonsense", "10.0.0.0/99", "10.3.2.1/8"], ip));

    [Theory]
    [InlineData("IDC-1", "idc-1", 1)]
    [InlineData("a|Idc-1", "idc-1", 1)]
    [InlineData("a|b", "idc-1", 0)]
    [InlineData("", "idc-1", 0)]
    [InlineData("a", "", 0)]
    public void A5_idc_is_any_of_ignoring_case(string scope, string idc, double score) => Assert.Equal(score, ClusterSearch.Idc(scope, idc));

    [Theory]
    [InlineData("a|b|c", "a|b|x", 0.4)]
    [InlineData("a|b|c", "A|B|C", 1)]
    [InlineData("a|b|c|d|e|f|g", "a|b|c|d|e|f|x", 1)]
    [InlineData("a", "a|b", 0.2)]
    [InlineData("x|b", "a|b", 0)]
    public void A5_location_counts_leading_elements_in_fifths(string scope, string location, double score) =>
        Assert.Equal(score, ClusterSearch.Location(scope, location), 9);

    [Theory]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"idc":5,"location":null,"cidrs":"x","hostnames":[1,"(",null]}""")]
    public void Damaged_scopes_count_nothing(string scopes) =>
        Assert.Equal(0, ClusterSearch.Score(Cluster("x", scopes), new PeerTraits("h", "10.0.0.1", "i", "l")));

    private static string[] Order(SchedulerCluster[] clusters, PeerTraits peer) =>
        [.. ClusterSearch.Order(clusters, peer).Select(x => x.Name)];

    private static SchedulerCluster Cluster(string name, string scopes, bool isDefault = false) =>
        new() { Name = name, Scopes = scopes, IsDefault = isDefault };
}
