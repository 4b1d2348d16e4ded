<resource schema="stars">
  <meta name="creationDate">2026-01-01T00:00:00Z</meta>
  <meta name="title">Bright stars &amp; their names, größer als β</meta>
  <meta name="description">A few of the brightest stars: positions for the epoch J2000, magnitudes &lt; 1, and names.</meta>
  <meta name="subject">stars</meta>
  <meta name="subject">catalogs</meta>
  <meta name="creator">Hipparchus, N.; Ptolemy, C.</meta>
  <meta name="instrument">Eye</meta>
  <meta name="facility">Rhodes</meta>
  <meta name="source">2026BrS....1....1H</meta>
  <meta name="contentLevel">Research</meta>
  <meta name="type">Catalog</meta>
  <meta name="coverage.waveband">Optical</meta>
  <coverage>
    <spatial>1/4,5 2/100</spatial>
    <temporal>58849.0 59215.0</temporal>
    <spectral>3.3e-19 5.1e-19</spectral>
  </coverage>
  <table id="bright" onDisk="True" adql="True" mixin="//scs#q3cindex" primary="name">
    <publish/>
    <column name="name" type="text" ucd="meta.id;meta.main" tablehead="Name" description="What it is called" required="True" verbLevel="1"/>
    <column name="ra" type="double precision" unit="deg" ucd="pos.eq.ra;meta.main" tablehead="RA" description="Right ascension" required="True" verbLevel="1"/>
    <column name="dec" type="double precision" unit="deg" ucd="pos.eq.dec;meta.main" tablehead="Dec" description="Declination" required="True" verbLevel="1"/>
    <column name="vmag" type="real" unit="mag" ucd="phot.mag;em.opt.V" tablehead="V" description="Magnitude" verbLevel="10"/>
  </table>
  <data id="import">
    <sources items="1"/>
    <embeddedGrammar>
      <iterator><code>
        yield {"name": "Sirius", "ra": 101.287, "dec": -16.716, "vmag": -1.46}
        yield {"name": "Vega", "ra": 279.234, "dec": 38.783, "vmag": 0.03}
      </code></iterator>
    </embeddedGrammar>
    <make table="bright"/>
  </data>
  <service id="cone" allowed="scs.xml,form,static">
    <meta name="shortName">bright cone</meta>
    <meta name="title">Cone search for bright stars</meta>
    <meta name="testQuery.ra">101.2</meta><meta name="testQuery.dec">-16.7</meta><meta name="testQuery.sr">1</meta>
    <dbCore queriedTable="bright"><FEED source="//scs#coreDescs"/></dbCore>
    <publish render="scs.xml" sets="ivo_managed"/>
    <publish render="form" sets="ivo_managed,local"/>
  </service>
</resource>
