# A script as it runs from cold, in a process of its own: nothing, an import, or one call by one of several ways.
# It prints, where it has them, the milliseconds of the import and of the first call, and the kilobytes that the call added.
#
# -What: bare, import, call, original, rest or client.
param([string] $What, [string] $Module, [string] $TokenEndpoint, [string] $ClientId, [string] $ClientSecret)

if ($What -eq 'bare') { return }
$ErrorActionPreference = 'Stop'
$form = @{ grant_type = 'client_credentials'; client_id = $ClientId; client_secret = $ClientSecret; resource = 'r' }
$watch = [Diagnostics.Stopwatch]::StartNew()
switch ($What) {
    'original' { Import-Module PSOAuthHelper -MaximumVersion '0.99' }
    { $_ -in 'import', 'call' } { Import-Module $Module }
}
$import = $watch.Elapsed.TotalMilliseconds
if ($What -eq 'import') { "$import"; return }

$process = [Diagnostics.Process]::GetCurrentProcess()
$memory = $process.WorkingSet64
$watch.Restart()
$token = switch ($What) {
    'rest' { Invoke-RestMethod -Method Post -Uri $TokenEndpoint -Body $form }
    'client' {
        if (-not ('Net.Http.HttpClient' -as [type])) { Add-Type -AssemblyName System.Net.Http }
        $pairs = [Collections.Generic.Dictionary[string, string]]::new()
        foreach ($name in $form.Keys) { $pairs.Add($name, $form[$name]) }
        $client = [Net.Http.HttpClient]::new()
        $answer = $client.PostAsync($TokenEndpoint, [Net.Http.FormUrlEncodedContent]::new($pairs)).Result
        $answer.Content.ReadAsStringAsync().Result | ConvertFrom-Json
    }
    default { Invoke-ClientCredentialsGrant -AuthProviderUri $TokenEndpoint -Resource 'r' -ClientId $ClientId -ClientSecret $ClientSecret }
}
$call = $watch.Elapsed.TotalMilliseconds
$process.Refresh()
if (-not $token.access_token) { throw 'There is no token.' }
"$import $call $(($process.WorkingSet64 - $memory) / 1KB)"
