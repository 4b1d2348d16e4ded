<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:oai="http://www.openarchives.org/OAI/2.0/" xmlns:ri="http://www.ivoa.net/xml/RegistryInterface/v1.0"
    exclude-result-prefixes="oai ri">
  <xsl:output method="html" encoding="UTF-8"/>
  <xsl:template match="/oai:OAI-PMH">
    <html lang="en">
      <head><title>OAI-PMH</title><link rel="stylesheet" href="style.css"/></head>
      <body><main>
        <h1>OAI-PMH: <xsl:value-of select="oai:request/@verb"/></h1>
        <p>
          <a href="oai?verb=Identify">Identify</a> · <a href="oai?verb=ListSets">Sets</a> ·
          <a href="oai?verb=ListMetadataFormats">Formats</a> ·
          <a href="oai?verb=ListRecords&amp;metadataPrefix=ivo_vor">Records</a> ·
          <a href="oai?verb=ListIdentifiers&amp;metadataPrefix=ivo_vor">Identifiers</a> ·
          <a href="./">Registry</a>
        </p>
        <xsl:apply-templates select="oai:error"/>
        <xsl:if test="oai:Identify|oai:ListSets|oai:ListMetadataFormats">
          <dl><xsl:apply-templates select="*[3]//*[namespace-uri()='http://www.openarchives.org/OAI/2.0/' and not(*)]"/></dl>
        </xsl:if>
        <xsl:if test="//oai:header">
          <table>
            <thead><tr><th>Title</th><th>Identifier</th><th>Changed</th><th>Status</th></tr></thead>
            <tbody><xsl:apply-templates select="//oai:header"/></tbody>
          </table>
        </xsl:if>
        <xsl:apply-templates select="//oai:resumptionToken[text()]"/>
      </main></body>
    </html>
  </xsl:template>
  <xsl:template match="oai:error">
    <p><b><xsl:value-of select="@code"/></b>: <xsl:value-of select="."/></p>
  </xsl:template>
  <xsl:template match="oai:header">
    <tr>
      <td><xsl:value-of select="../oai:metadata/ri:Resource/title"/></td>
      <td><a href="oai?verb=GetRecord&amp;metadataPrefix=ivo_vor&amp;identifier={oai:identifier}">
        <xsl:value-of select="oai:identifier"/></a></td>
      <td><xsl:value-of select="oai:datestamp"/></td>
      <td><xsl:value-of select="@status"/></td>
    </tr>
  </xsl:template>
  <xsl:template match="oai:resumptionToken">
    <p><a href="oai?verb={/oai:OAI-PMH/oai:request/@verb}&amp;resumptionToken={.}">Next page</a></p>
  </xsl:template>
  <xsl:template match="*"><dt><xsl:value-of select="local-name()"/></dt><dd><xsl:value-of select="."/></dd></xsl:template>
</xsl:stylesheet>
