<?xml version="1.0"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="utf-8" indent="yes"/>
  <xsl:template match="/entries">
    <html>
      <body>
        <h1>Latest</h1>
        <ul><xsl:apply-templates select="entry"/></ul>
      </body>
    </html>
  </xsl:template>
  <xsl:template match="entry">
    <li><xsl:value-of select="@date"/><xsl:text> </xsl:text><a href="{@link}"><xsl:value-of select="@title"/></a> (<xsl:value-of select="@source"/>)</li>
  </xsl:template>
</xsl:stylesheet>
