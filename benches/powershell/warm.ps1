# Warm calls in one process, the ways to make them taking turns. Prints lines of a name and the milliseconds of a call, one a round.
#
# -Ways: the names to measure, with commas between them: call, original, rest, client.
param([string] $Ways, [int] $Runs, [string] $Module, [string] $TokenEndpoint, [string] $ClientId, [string] $ClientSecret)

$ErrorActionPreference = 'Stop'
$calls = 50
$names = $Ways.Split(',')
if ($names -contains 'original') { Import-Module PSOAuthHelper -MaximumVersion '0.99' -Prefix Original }
Import-Module $Module
$grant = @{ AuthProviderUri = $TokenEndpoint; Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret }
$form = @{ grant_type = 'client_credentials'; client_id = $ClientId; client_secret = $ClientSecret; resource = 'r' }
$pairs = [Collections.Generic.Dictionary[string, string]]::new()
foreach ($name in $form.Keys) { $pairs.Add($name, $form[$name]) }
if ($names -contains 'client') {
    if (-not ('Net.Http.HttpClient' -as [type])) { Add-Type -AssemblyName System.Net.Http }
    $client = [Net.Http.HttpClient]::new()
}
$blocks = @{
    call     = { Invoke-ClientCredentialsGrant @grant }
    original = { Invoke-OriginalClientCredentialsGrant @grant }
    rest     = { Invoke-RestMethod -Method Post -Uri $TokenEndpoint -Body $form }
    client   = {
        $answer = $client.PostAsync($TokenEndpoint, [Net.Http.FormUrlEncodedContent]::new($pairs)).Result
        $answer.Content.ReadAsStringAsync().Result | ConvertFrom-Json
    }
}
# The engine compiles what it runs often, on other threads: the first rounds are left out.
for ($round = -5; $round -lt $Runs; $round++) {
    foreach ($way in $names) {
        $block = $blocks[$way]
        $watch = [Diagnostics.Stopwatch]::StartNew()
        for ($number = 0; $number -lt $calls; $number++) { $token = & $block }
        $each = $watch.Elapsed.TotalMilliseconds / $calls
        if (-not $token.access_token) { throw "There is no token from $way." }
        if ($round -ge 0) { "$way $each" }
    }
}
